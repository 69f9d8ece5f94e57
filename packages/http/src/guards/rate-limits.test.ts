import type { Operator } from '@force-reset/core'
import { memoryUserStore } from '@force-reset/core/testing'
import { describe, expect, it } from 'vitest'
import type { RateCounter } from './rate-counter.ts'
import type { RateLimitOptions } from './rate-limits.ts'
import { rateLimits } from './rate-limits.ts'

interface Clerk extends Operator {
  readonly tenant: string
}

const store = memoryUserStore({ users: [] })
const a: Clerk = { id: 'a', tenant: '1' }
const b: Clerk = { id: 'b', tenant: '2' }

function limitsOf(options: RateLimitOptions<Clerk>, perOperatorStore = false) {
  let now = 0
  const config = {
    store: perOperatorStore ? () => store : store,
    authorize: () => true,
    audit: () => undefined,
    now: () => now,
  }
  const wait = (ms: number): void => {
    now += ms
  }
  return { limits: rateLimits<Clerk>(config, options), wait }
}

describe('rateLimits', () => {
  it('by default let an operator reset 30 times in 10 minutes, and read 600 a minute', async () => {
    const { limits, wait } = limitsOf({})
    for (let i = 0; i < 30; i++) expect(await limits.countRequest('resets', a)).toBeUndefined()
    expect(await limits.countRequest('resets', a)).toMatchObject({
      response: { status: 429, headers: { 'Retry-After': '600' } },
      isFirst: true,
    })
    expect(await limits.countRequest('resets', a)).toMatchObject({ isFirst: false })
    expect(await limits.countRequest('resets', b)).toBeUndefined()
    for (let i = 0; i < 600; i++) expect(await limits.countRequest('reads', a)).toBeUndefined()
    expect(await limits.countRequest('reads', a)).toMatchObject({
      response: { status: 429, headers: { 'Retry-After': '60' } },
    })
    wait(600_000)
    expect(await limits.countRequest('resets', a)).toBeUndefined()
  })

  it('let an account be reset five times in ten minutes, by default, whoever does it', async () => {
    const { limits, wait } = limitsOf({})
    for (const operator of [a, b, a, b, a]) {
      expect(await limits.askTarget(operator, '1')).toBeUndefined()
      await limits.countTarget(operator, '1')
    }
    expect(await limits.askTarget(b, '1')).toMatchObject({ response: { status: 429 } })
    expect(await limits.askTarget(b, '2')).toBeUndefined()
    wait(599_500)
    expect(await limits.askTarget(b, '1')).toMatchObject({ secondsLeft: 1 })
    wait(500)
    expect(await limits.askTarget(b, '1')).toBeUndefined()
  })

  it('keep equal ids of different tenants apart', async () => {
    const one = { limit: 1, windowSeconds: 60 }
    const scoped = limitsOf({ resetsPerTarget: one, scope: ({ tenant }) => tenant }).limits
    await scoped.countTarget(a, '1')
    expect(await scoped.askTarget(a, '1')).toMatchObject({ response: { status: 429 } })
    expect(await scoped.askTarget(b, '1')).toBeUndefined()
    const perOperator = limitsOf({ resetsPerTarget: one }, true).limits
    await perOperator.countTarget(a, '1')
    expect(await perOperator.askTarget(b, '1')).toBeUndefined()
  })

  it('know the first reset of a window that the limit of its account stops', async () => {
    const { limits, wait } = limitsOf({ resetsPerTarget: { limit: 1, windowSeconds: 60 } })
    const firsts = async () => {
      const stopped = await limits.askTarget(a, '1')
      return stopped && (await limits.isFirstStopped(a, '1', stopped))
    }
    await limits.countTarget(a, '1')
    wait(30_000)
    expect([await firsts(), await firsts()]).toEqual([true, false])
    wait(30_000)
    expect(await firsts()).toBeUndefined()
    await limits.countTarget(a, '1')
    expect([await firsts(), await firsts()]).toEqual([true, false])
  })

  it('are switched off by Infinity', async () => {
    const { limits } = limitsOf({ resetsPerOperator: { limit: Infinity, windowSeconds: 1 } })
    for (let i = 0; i < 100; i++) expect(await limits.countRequest('resets', a)).toBeUndefined()
  })

  it('never make one key of two ids', async () => {
    const keys: string[] = []
    const counter: RateCounter = {
      add: (key) => {
        keys.push(key)
        return { count: 0, secondsLeft: 1 }
      },
    }
    const { limits } = limitsOf({ counter, scope: ({ tenant }) => tenant })
    await limits.countRequest('reads', { id: 'b', tenant: 'a"' })
    await limits.countRequest('reads', { id: '"b', tenant: 'a' })
    await limits.countRequest('resets', { id: 'b', tenant: 'a"' })
    await limits.askTarget({ id: 'x', tenant: 'a"' }, 'b')
    expect(new Set(keys).size).toBe(4)
  })

  it.each([
    ['no number', () => ({ count: Number.NaN, secondsLeft: 1 })],
    ['text', () => JSON.parse('{"count":"1","secondsLeft":"60"}')],
    ['nothing', () => JSON.parse('{}')],
  ])('refuse where the counter answers %s', async (_, add) => {
    const { limits } = limitsOf({ counter: { add } })
    await expect(limits.countRequest('resets', a)).rejects.toThrow(TypeError)
    await expect(limits.askTarget(a, '1')).rejects.toThrow(TypeError)
  })

  it('say how long to wait, and at least a second, whatever the counter says', async () => {
    const counter: RateCounter = { add: async () => ({ count: 1_000, secondsLeft: -2 }) }
    expect(await limitsOf({ counter }).limits.countRequest('resets', a)).toMatchObject({
      response: { headers: { 'Retry-After': '1' } },
    })
  })
})
