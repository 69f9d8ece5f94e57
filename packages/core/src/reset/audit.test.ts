import { expect, it } from 'vitest'
import type { AuditEvent } from '../port/audit-event.ts'
import { memoryUserStore } from '../testing/memory-user-store.ts'
import { auditLimited, auditUndelivered } from './audit.ts'

const store = memoryUserStore({ users: [{ id: '1', username: 'kim\u202e' }] })
const operator = { id: 'help-desk' }

it('records who reset whom, under the id of the reset, with hidden characters shown', async () => {
  const events: AuditEvent[] = []
  const user = (await store.find('1'))?.user
  if (user === undefined) throw new Error('The account is not found.')
  const config = {
    store,
    authorize: () => true,
    audit: (event: AuditEvent) => void events.push(event),
    now: () => 0,
  }
  expect(await auditUndelivered(config, { resetId: 'r-1', operator, user })).toBe(true)
  expect(events).toMatchObject([
    {
      type: 'reset.undelivered',
      resetId: 'r-1',
      operatorId: 'help-desk',
      userId: '1',
      username: 'kim\\u{202e}',
      at: '1970-01-01T00:00:00.000Z',
    },
  ])
})

it('says that the event could not be stored', async () => {
  const user = (await store.find('1'))?.user
  if (user === undefined) throw new Error('The account is not found.')
  const config = {
    store,
    authorize: () => true,
    audit: () => Promise.reject(new Error('disk full')),
  }
  expect(await auditUndelivered(config, { resetId: 'r-1', operator, user })).toBe(false)
})

it('records a rate limit and the claims of a client, and cuts escaped texts', async () => {
  const events: AuditEvent[] = []
  const config = {
    store,
    authorize: () => true,
    audit: (event: AuditEvent) => void events.push(event),
  }
  const request = {
    action: 'reset',
    operator: { id: '\u202e'.repeat(5_000) },
    userId: `${'a'.repeat(1_023)}😀`,
    correlationId: 'trace-1',
    source: {
      address: '\u2028'.repeat(300),
      requestId: 'q-1',
      claims: ['requestId', Object('planted')],
    },
  } as const
  const limit = { per: 'operator', limit: 30, windowSeconds: 600 } as const
  expect(await auditLimited(config, request, limit)).toBe(true)
  expect(events).toMatchObject([
    {
      type: 'access.limited',
      ...limit,
      operatorId: '\\u{202e}'.repeat(128),
      userId: 'a'.repeat(1_023),
      correlationId: 'trace-1',
      source: { address: '\\u{2028}'.repeat(32), requestId: 'q-1', claims: ['requestId'] },
    },
  ])
  expect(JSON.stringify(events)).not.toContain('planted')
})
