import { expect, it } from 'vitest'
import type { ForceResetConfig, PasswordRules, UserStore, WriteOrder } from '../index.ts'
import { anyVersion, forceReset, grouped, previewReset } from '../index.ts'
import { memoryUserStore, withFound } from '../testing/index.ts'

type Config = ForceResetConfig<{ readonly id: string }>

const request = { operator: { id: 'operator' }, userId: '1', version: anyVersion } as const
const users = [{ id: '1', username: 'kimberly' }]

/** A configuration, and everything that its store and its format are asked. */
function setUp(change: Partial<Config> = {}, store: UserStore = memoryUserStore({ users })) {
  const orders: WriteOrder[] = []
  const checks: unknown[] = []
  const fitted: PasswordRules[] = []
  const format = grouped()
  const config: Config = {
    store: withFound(store, (found) => ({
      ...found,
      check: (options) => {
        checks.push(options)
        return found.check(options)
      },
      prepare: (order) => {
        orders.push(order)
        return found.prepare(order)
      },
    })),
    authorize: () => true,
    audit: () => undefined,
    now: () => 1_000,
    format: {
      ...format,
      fit: (rules) => {
        fitted.push(rules)
        return format.fit(rules)
      },
    },
    ...change,
  }
  return { config, orders, checks, fitted }
}

it.each([
  [{}, true],
  [{ requireMustChange: false }, false],
])('the store hears before and in the order whether a change is due: %j', async (change, due) => {
  const { signal } = new AbortController()
  const { config, orders, checks } = setUp(change)
  expect(await forceReset(config, { ...request, signal })).toMatchObject({
    ok: true,
    receipt: { unreadRules: [] },
  })
  expect(checks).toEqual([{ mustChange: due, signal }])
  expect(orders).toMatchObject([{ mustChange: due }])
})

it('the format is asked with the rules of the store and the names of the account', async () => {
  const rules = { minLength: 17, forbidden: ['bank'], unread: ['history'] }
  const { config, fitted } = setUp({}, memoryUserStore({ users, rules }))
  await forceReset(config, request)
  expect(fitted.at(-1)).toEqual({ minLength: 17, forbidden: ['bank', 'kimberly'] })
  const silent = setUp()
  await forceReset(silent.config, request)
  expect(silent.fitted.at(-1)).toEqual({ forbidden: ['kimberly'] })
})

it.each([
  ['after a day', {}, 'server', new Date(86_401_000)],
  ['after the seconds of the option', { expiresInSeconds: 60 }, 'server', new Date(61_000)],
  ['never, where the option is null', { expiresInSeconds: null }, 'server', undefined],
  ['never, where the store ends none', {}, 'none', undefined],
] as const)('the password of the order ends %s', async (_, change, expiry, expiresAt) => {
  const { config, orders } = setUp(change, memoryUserStore({ users, expiry }))
  expect(await forceReset(config, request)).toMatchObject({ ok: true })
  expect(orders.map((order) => order.expiresAt)).toEqual([expiresAt])
})

it('a refusal says what failed: the clock, or the rules with their bits', async () => {
  const stopped = setUp({ now: () => Number.NaN })
  expect(await previewReset(stopped.config, request)).toMatchObject({
    code: 'audit_unavailable',
    detail: { reason: 'callback_failed', callback: 'now' },
  })
  const short = setUp({}, memoryUserStore({ users, rules: { maxLength: 1 } }))
  expect(await previewReset(short.config, request)).toMatchObject({
    code: 'rules_unsatisfiable',
    detail: { reason: 'rules', bits: Number.NEGATIVE_INFINITY, leastBits: 60 },
  })
})

it('no password is drawn for an account that the store refuses', async () => {
  const refusing = withFound(memoryUserStore({ users }), (found) => ({
    ...found,
    check: async () => ({ outcome: 'refused', code: 'store_denied' }),
  }))
  const { config, fitted } = setUp({}, refusing)
  expect(await previewReset(config, request)).toMatchObject({ code: 'store_denied' })
  // The configuration was checked with the format; the account was not.
  expect(fitted).toHaveLength(1)
})
