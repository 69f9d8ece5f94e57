import { afterEach, expect, it, vi } from 'vitest'
import type { ForceResetConfig } from '../index.ts'
import { forceReset, previewReset, viewUser } from '../index.ts'
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
