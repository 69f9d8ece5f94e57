import { describe, expect, it } from 'vitest'
import { attemptLimiter } from './attempt-limiter.ts'

const clock = () => {
  let time = 1_000
  return { now: () => time, advance: (ms: number) => (time += ms) }
}

describe('attemptLimiter', () => {
  it('lets the allowed number of attempts pass and says how long to wait after them', () => {
    const { now, advance } = clock()
    const limiter = attemptLimiter({ attempts: 2, windowMs: 60_000, now })
    expect([limiter.take('a'), limiter.take('a')]).toEqual([0, 0])
    advance(10_000)
    expect(limiter.take('a')).toBe(50_000)
  })

  it('counts each key for itself', () => {
    const limiter = attemptLimiter({ attempts: 1, windowMs: 60_000, now: clock().now })
    limiter.take('a')
    expect(limiter.take('b')).toBe(0)
    expect(limiter.take('a')).toBeGreaterThan(0)
  })

  it('starts again when the window is over', () => {
    const { now, advance } = clock()
    const limiter = attemptLimiter({ attempts: 1, windowMs: 60_000, now })
    limiter.take('a')
    advance(60_000)
    expect(limiter.take('a')).toBe(0)
  })

  it('does not prolong the wait by attempts made during it', () => {
    const { now, advance } = clock()
    const limiter = attemptLimiter({ attempts: 1, windowMs: 60_000, now })
    limiter.take('a')
    advance(59_000)
    limiter.take('a')
    expect(limiter.take('a')).toBe(1_000)
  })

  it('forgets a key after a right attempt', () => {
    const limiter = attemptLimiter({ attempts: 1, windowMs: 60_000, now: clock().now })
    limiter.take('a')
    limiter.forgive('a')
    expect(limiter.take('a')).toBe(0)
  })

  it('remembers a bounded number of keys', () => {
    const limiter = attemptLimiter({ attempts: 1, windowMs: 60_000, now: clock().now, keys: 2 })
    for (const key of ['a', 'b', 'c']) limiter.take(key)
    expect(limiter.take('c')).toBeGreaterThan(0)
    expect(limiter.take('a')).toBe(0)
  })
})
