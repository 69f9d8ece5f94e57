import { afterEach, expect, it, vi } from 'vitest'
import type { AuditEvent, ForceResetConfig, ReportedError } from '../index.ts'
import { forceReset, listUsers, previewReset, StoreError, viewUser } from '../index.ts'
import { memoryUserStore } from '../testing/index.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const askers = { forceReset, previewReset, viewUser }
const hidden = [
  ['1', true, 5],
  ['2', false, 1],
  ['2', false, 9],
] as const
const draws = [
  [0, 10],
  [128, 15],
] as const

it.each(Object.entries(askers))(
  '%s hides an account at 10 ms and a random time, however long the work took',
  async (_, ask) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
    // The 10 ms count from the start of the work, wherever the clock stands then.
    vi.advanceTimersByTime(3)
    for (const [byte, due] of draws) {
      vi.spyOn(crypto, 'getRandomValues').mockImplementation((pool) => {
        if (pool instanceof Uint8Array) pool.fill(byte)
        return pool
      })
      for (const [userId, hides, workMs] of hidden) {
        const config: ForceResetConfig<{ readonly id: string }> = {
          store: memoryUserStore({ users: [{ id: '1', username: 'kim' }] }),
          authorize: ({ user }) => !hides || user === undefined,
          audit: () => new Promise((resolve) => setTimeout(resolve, workMs)),
        }
        const request = { operator: { id: 'operator' }, userId, version: 'x' }
        let came = false
        const answer = ask(config, request).finally(() => {
          came = true
        })
        await vi.advanceTimersByTimeAsync(due - 1)
        expect(came).toBe(false)
        await vi.advanceTimersByTimeAsync(1)
        expect(came).toBe(true)
        expect(await answer).toMatchObject({ code: 'user_not_found' })
      }
    }
  },
)

it('answers that hide nothing wait for nothing', async () => {
  const wait = vi.spyOn(globalThis, 'setTimeout')
  const config: ForceResetConfig<{ readonly id: string }> = {
    store: memoryUserStore({ users: [{ id: '1', username: 'kim' }] }),
    authorize: () => true,
    audit: () => undefined,
  }
  const request = { operator: { id: 'operator' }, userId: '1' }
  expect(await viewUser(config, request)).toMatchObject({ ok: true })
  expect(await viewUser(config, { ...request, userId: '' })).toMatchObject({
    code: 'invalid_request',
  })
  expect(wait).not.toHaveBeenCalled()
})

it.each([
  ['store', { store: () => Object({}) }],
  ['scope', { store: () => memoryUserStore({ users: [] }), scope: () => Object(7) }],
] as const)('a %s of the wrong type is told to onError by its code', async (during, change) => {
  const errors: ReportedError[] = []
  const config: ForceResetConfig<{ readonly id: string }> = {
    authorize: () => true,
    audit: () => undefined,
    scope: () => 'north',
    onError: (error) => void errors.push(error),
    ...change,
  }
  expect(await listUsers(config, { operator: { id: 'operator' } })).toMatchObject({
    code: 'store_unavailable',
    detail: { reason: 'callback_failed', callback: during },
  })
  expect(errors).toMatchObject([{ during, code: 'ERR_INVALID_CONFIG' }])
})

it('the store hears of the signal of the request', async () => {
  const { signal } = new AbortController()
  const memory = memoryUserStore({ users: [{ id: '1', username: 'kim' }] })
  const asked: unknown[] = []
  const config: ForceResetConfig<{ readonly id: string }> = {
    store: {
      ...memory,
      find: async (...given) => {
        asked.push(given)
        return memory.find(...given)
      },
    },
    authorize: () => true,
    audit: () => undefined,
  }
  await viewUser(config, { operator: { id: 'operator' }, userId: '1', signal })
  expect(asked).toEqual([['1', { signal }]])
})

it('the event of a refusal names the store, and the account that was hidden', async () => {
  const memory = memoryUserStore({ users: [{ id: '1', username: 'kim' }] })
  const events: AuditEvent[] = []
  const config: ForceResetConfig<{ readonly id: string }> = {
    store: memory,
    authorize: ({ user }) => user === undefined,
    audit: (event) => void events.push(event),
  }
  const request = { operator: { id: 'operator' }, version: 'v1' }
  await forceReset(config, { ...request, userId: '1' })
  await forceReset(config, { ...request, userId: '2' })
  memory.faults.failNextRead(new StoreError('store_unavailable'))
  await forceReset(config, { ...request, userId: '1' })
  expect(events).toMatchObject([
    { type: 'access.denied', code: 'user_not_found', store: 'memory', username: 'kim' },
    { type: 'reset.refused', code: 'user_not_found', store: 'memory', username: undefined },
    { type: 'reset.refused', code: 'store_unavailable', store: 'memory', username: undefined },
  ])
})
