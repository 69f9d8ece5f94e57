import { expect, it } from 'vitest'
import type { AuditEvent } from '../port/audit-event.ts'
import { memoryUserStore } from '../testing/memory-user-store.ts'
import { auditUndelivered } from './audit.ts'

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
