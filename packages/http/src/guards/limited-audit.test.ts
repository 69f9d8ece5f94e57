import type { AuditEvent, Operator } from '@force-reset/core'
import { forceReset, viewUser } from '@force-reset/core'
import { memoryUserStore } from '@force-reset/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { limitedAudit } from './limited-audit.ts'

/** The bound that docs/http.md and SECURITY.md state, in bytes. */
const mostBytes = 2_000_000

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date', 'setTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** The answer, once the time is over that an answer waits which hides an account. */
async function soon<T>(answer: Promise<T>): Promise<T> {
  await vi.advanceTimersByTimeAsync(20)
  return answer
}

function started(store = () => {}) {
  const events: AuditEvent[] = []
  const errors: unknown[] = []
  const users = [{ id: '1', username: 'kim' }]
  const config = {
    store: memoryUserStore({ users }),
    authorize: () => true,
    audit: limitedAudit(
      async (event) => {
        store()
        events.push(event)
      },
      (error) => void errors.push(error),
    ),
  }
  const view = (operator: Operator, userId: string) => soon(viewUser(config, { operator, userId }))
  return { config, events, errors, view }
}

const kim = { id: 'op-1' }
const lee = { id: 'op-2' }

describe('limitedAudit', () => {
  it('stores 30 denials of an operator in a minute, and counts the others', async () => {
    const { events, view } = started()
    for (let i = 0; i < 100; i += 1) await view(kim, `none-${i}`)
    await view(lee, 'none')
    expect(events).toHaveLength(31)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(events.slice(31)).toMatchObject([
      { type: 'access.omitted', count: 70, operatorId: 'op-1', action: 'view', schema: 1 },
    ])
    await view(kim, 'none')
    expect(events.slice(32)).toMatchObject([{ type: 'access.denied', operatorId: 'op-1' }])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(events).toHaveLength(33)
  })

  it('leaves out no event of a reset that was attempted', async () => {
    const { config, events, view } = started()
    for (let i = 0; i < 100; i += 1) await view(kim, 'none')
    events.length = 0
    const version = async () => (await config.store.find('1'))?.user.version ?? ''
    const request = { operator: kim, userId: '1' }
    expect(await forceReset(config, { ...request, version: await version() })).toMatchObject({
      ok: true,
    })
    const gone = new AbortController()
    const aborting = {
      ...config,
      audit: async (event: AuditEvent) => {
        await config.audit(event)
        if (event.type === 'reset.attempted') gone.abort()
      },
    }
    const second = { ...request, version: await version(), signal: gone.signal }
    expect(await forceReset(aborting, second)).toMatchObject({ code: 'aborted' })
    expect(events.map(({ type }) => type)).toEqual([
      'reset.attempted',
      'reset.applied',
      'reset.attempted',
      'reset.refused',
    ])
  })

  it('passes on an error, and hands over the one of the event that counts', async () => {
    const full = new Error('disk full')
    const { config, errors, view } = started(() => {
      throw full
    })
    const version = 'stale'
    expect(await forceReset(config, { operator: kim, userId: '1', version })).toMatchObject({
      ok: false,
    })
    for (let i = 0; i < 31; i += 1) await view(kim, 'none')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(errors).toEqual([full])
  })

  it('holds one operator to two million bytes a minute, whatever they send', async () => {
    const { config, events } = started()
    const wide = '\u7530'.repeat(20_000)
    const hidden = '\u202e'.repeat(20_000)
    for (let i = 0; i < 500; i += 1) {
      const text = i % 2 === 0 ? wide : hidden
      const source = { address: text, userAgent: text, requestId: text }
      const request = { operator: kim, userId: text, version: text, reason: text, source }
      await soon(forceReset(config, request))
      await soon(viewUser(config, { operator: kim, userId: text.slice(0, 1_000), source }))
    }
    // Twenty seconds have gone by: all of it is one minute.
    await vi.advanceTimersByTimeAsync(60_000)
    const bytes = events.reduce((sum, event) => sum + Buffer.byteLength(JSON.stringify(event)), 0)
    expect(bytes).toBeGreaterThan(100_000)
    expect(bytes).toBeLessThanOrEqual(mostBytes)
    // Attempted resets come on top. The limit of resets bounds them, and this is their share.
    const largest = Math.max(...events.map((event) => Buffer.byteLength(JSON.stringify(event))))
    const resets = 30 * 3
    expect(bytes + resets * largest).toBeLessThanOrEqual(mostBytes)
  })
})
