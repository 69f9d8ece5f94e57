import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { WriteOrder } from '../port/user-store.ts'
import type { ForceResetConfig, ForceResetResult } from '../reset/config.ts'
import { forceReset } from '../reset/force-reset.ts'
import { memoryUserStore } from '../testing/memory-user-store.ts'
import { withFound } from '../testing/with-found.ts'

/** Ways to be called again later. */
const platform = [
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'setImmediate',
  'queueMicrotask',
] as const

beforeEach(() => {
  // The same bytes in every run: the number of draws does not depend on luck.
  vi.spyOn(crypto, 'getRandomValues').mockImplementation((pool) => {
    if (pool instanceof Uint16Array) pool.set(pool.map((_, index) => (index * 89) % 256))
    return pool
  })
  for (const name of platform) vi.spyOn(globalThis, name)
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** The same object, which counts the calls of its functions as `name.function`. */
function counted<T extends object>(name: string, subject: T, calls: Record<string, number>): T {
  return new Proxy(subject, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key)
      if (typeof value !== 'function') return value
      return (...given: readonly unknown[]): unknown => {
        const call = `${name}.${String(key)}`
        calls[call] = (calls[call] ?? 0) + 1
        return Reflect.apply(value, target, given)
      }
    },
  })
}

/**
 * Resets one account, and counts what core asks of the store, of the configuration and of the
 * platform.
 */
async function callsOfOneReset(
  options: Partial<ForceResetConfig<{ readonly id: string }>> = {},
  userId = '1',
): Promise<{
  readonly result: ForceResetResult
  readonly calls: Readonly<Record<string, number>>
}> {
  const users = [
    { id: '1', username: 'kim.example', email: 'kim@example.com', displayName: 'Kim Example' },
  ]
  const memory = memoryUserStore({ users })
  const version = (await memory.find('1'))?.user.version ?? ''
  const calls: Record<string, number> = {}
  const seen = withFound(memory, (found) => {
    const prepare = async (order: WriteOrder) =>
      counted('prepared', await found.prepare(order), calls)
    return counted('found', { ...found, prepare }, calls)
  })
  const store = counted('store', seen, calls)
  const config = counted(
    'config',
    { store, authorize: () => true, audit: async () => undefined, ...options },
    calls,
  )
  vi.clearAllMocks()
  const result = await forceReset(config, { operator: { id: 'operator' }, userId, version })
  const functions = {
    getRandomValues: crypto.getRandomValues,
    ...Object.fromEntries(platform.map((name) => [name, globalThis[name]])),
  }
  for (const [name, spy] of Object.entries(functions)) {
    const count = vi.mocked(spy).mock.calls.length
    if (count > 0) calls[name] = count
  }
  if (result.ok) result.temporaryPassword.dispose()
  return { result, calls }
}

const least = {
  'config.authorize': 2,
  'config.audit': 2,
  'store.find': 1,
  'found.check': 1,
  'found.prepare': 1,
  'prepared.write': 1,
  getRandomValues: 1,
  setTimeout: 3,
  clearTimeout: 3,
}

it('a reset looks, writes and draws bytes once, audits twice, and ends its 3 timers', async () => {
  const { result, calls } = await callsOfOneReset()
  expect(result.ok).toBe(true)
  expect(calls).toEqual(least)
})

it('a reset that ends sessions and tells the application costs a call and timer more', async () => {
  const { result, calls } = await callsOfOneReset({
    revokeSessions: async () => 1,
    onApplied: () => undefined,
  })
  expect(result.ok).toBe(true)
  expect(calls).toEqual({
    ...least,
    'config.revokeSessions': 1,
    'config.onApplied': 1,
    setTimeout: 4,
    clearTimeout: 4,
  })
})

it('a denied reset asks the store for the account only, and draws bytes to wait', async () => {
  const { result, calls } = await callsOfOneReset({ authorize: ({ user }) => user === undefined })
  expect(result).toMatchObject({ ok: false, code: 'user_not_found' })
  expect(calls).toEqual({
    'config.authorize': 2,
    'config.audit': 1,
    'store.find': 1,
    // One timer for the audit event, and one until the answer leaves after a random time.
    getRandomValues: 1,
    setTimeout: 2,
    clearTimeout: 1,
  })
})

it('a denied account costs the same as a missing one, the timer included', async () => {
  const denied = await callsOfOneReset({ authorize: ({ user }) => user === undefined })
  const missing = await callsOfOneReset({}, '2')
  expect(missing.result).toMatchObject({ ok: false, code: 'user_not_found' })
  expect(missing.calls).toEqual(denied.calls)
})
