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
