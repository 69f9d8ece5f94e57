import { describe, expect, it } from 'vitest'
import type { AuditEvent } from '../index.ts'
import { listUsers, StoreError } from '../index.ts'
import { memoryUserStore } from '../testing/index.ts'

const operator = { id: 'op' }
const users = Array.from({ length: 5 }, (_, i) => ({
  id: `${i}`,
  username: `user-${i}`,
  displayName: i === 3 ? 'Zoë' : undefined,
}))

describe('listUsers', () => {
  it('pages through everybody and searches in any case', async () => {
    const config = {
      store: memoryUserStore({ users }),
      authorize: () => true,
      audit: () => undefined,
    }
    const first = await listUsers(config, { operator, limit: 3 })
    if (!first.ok) throw new Error(first.code)
    expect(first.users).toHaveLength(3)
    const second = await listUsers(config, { operator, limit: 3, cursor: first.nextCursor })
    expect(second).toMatchObject({ ok: true, users: [{ id: '3' }, { id: '4' }] })
    expect(await listUsers(config, { operator, search: 'zOË' })).toMatchObject({
      users: [{ id: '3' }],
    })
  })

  it('holds the limit to what is allowed', async () => {
    const limits: (number | undefined)[] = []
    const memory = memoryUserStore({ users })
    const store = {
      ...memory,
      list: async (query: Parameters<typeof memory.list>[0]) =>
        memory.list({ ...query, limit: limits.push(query.limit) }),
    }
    const config = { store, authorize: () => true, audit: () => undefined }
    for (const limit of [undefined, 0, -5, 1.9, 1_000, Number.NaN])
      await listUsers(config, { operator, limit })
    expect(limits).toEqual([50, 1, 1, 1, 200, 1])
  })

  it('audits a denial and lists nothing', async () => {
    const events: AuditEvent[] = []
    const config = {
      store: memoryUserStore({ users }),
      authorize: () => false,
      audit: (event: AuditEvent) => void events.push(event),
    }
    expect(await listUsers(config, { operator })).toMatchObject({ ok: false, code: 'forbidden' })
    expect(events).toMatchObject([{ type: 'access.denied', action: 'list', operatorId: 'op' }])
  })

  it('leaves out accounts that the operator may not list', async () => {
    const config = {
      store: memoryUserStore({ users }),
      authorize: ({ user }: { user?: { id: string } | undefined }) => user?.id !== '2',
      audit: () => undefined,
    }
    const page = await listUsers(config, { operator })
    expect(page.ok && page.users.map(({ id }) => id)).toEqual(['0', '1', '3', '4'])
  })

  it('answers with the failure of a store, and with nothing of its error', async () => {
    const store = memoryUserStore({ users })
    const config = { store, authorize: () => true, audit: () => undefined }
    store.faults.failNextRead(
      new StoreError('invalid_request', { reason: 'field', field: 'cursor', problem: 'malformed' }),
    )
    expect(await listUsers(config, { operator, cursor: 'x' })).toMatchObject({
      code: 'invalid_request',
      message: 'cursor is not valid.',
    })
    expect(await listUsers(config, { operator, search: 'x'.repeat(201) })).toMatchObject({
      code: 'invalid_request',
      detail: { field: 'search' },
    })
  })
})
