import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { memoryRateCounter } from './rate-counter.ts'

describe('memoryRateCounter', () => {
  it('counts to the end of a window and then from the beginning', () => {
    let now = 0
    const counter = memoryRateCounter(() => now)
    expect(counter.add('a', 1, 60)).toEqual({ count: 1, secondsLeft: 60 })
    now = 59_001
    expect(counter.add('a', 1, 60)).toEqual({ count: 2, secondsLeft: 1 })
    expect(counter.add('b', 0, 60)).toEqual({ count: 0, secondsLeft: 60 })
    now = 60_000
    expect(counter.add('a', 0, 60)).toEqual({ count: 0, secondsLeft: 60 })
    expect(counter.add('a', 1, 60)).toEqual({ count: 1, secondsLeft: 60 })
  })

  it('forgets the count of one key, and of no other', () => {
    const counter = memoryRateCounter(() => 0)
    for (const key of ['a', 'b']) counter.add(key, 1, 60)
    counter.forget('a')
    expect(counter.add('a', 1, 60).count).toBe(1)
    expect(counter.add('b', 1, 60).count).toBe(2)
  })

  it('keeps no more keys than allowed, and forgets the oldest window first', () => {
    let now = 0
    const counter = memoryRateCounter(() => now, { mostKeys: 2 })
    const counts = (...keys: readonly string[]) => keys.map((key) => counter.add(key, 0, 60).count)
    counter.add('a', 1, 60)
    counter.add('b', 1, 30)
    counter.add('c', 1, 60)
    expect(counts('a', 'b', 'c')).toEqual([0, 1, 1])
    // The window of b begins anew, so the window of c is the oldest.
    now = 30_000
    for (const key of ['b', 'd']) counter.add(key, 1, 60)
    expect(counts('b', 'c', 'd')).toEqual([1, 0, 1])
  })

  it('counts like a list of everything that was added, also across sweeps', () => {
    const steps = fc.array(
      fc.record({
        key: fc.nat(2_500),
        amount: fc.constantFrom(0 as const, 1 as const),
        wait: fc.nat(3_000),
      }),
      {
        maxLength: 3_000,
        size: 'max',
      },
    )
    fc.assert(
      fc.property(steps, (all) => {
        let now = 0
        const counter = memoryRateCounter(() => now)
        const windows = new Map<number, { count: number; endsAt: number }>()
        for (const { key, amount, wait } of all) {
          now += wait
          const known = windows.get(key)
          const window =
            known && known.count > 0 && known.endsAt > now
              ? known
              : { count: 0, endsAt: now + 10_000 }
          window.count += amount
          windows.set(key, window)
          expect(counter.add(String(key), amount, 10)).toMatchObject({ count: window.count })
        }
      }),
      { numRuns: 20 },
    )
  })
})
