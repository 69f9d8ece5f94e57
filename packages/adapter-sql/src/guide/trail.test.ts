import { DatabaseSync } from 'node:sqlite'
import { type AuditEvent, forceReset } from '@force-reset/core'
import { Kysely, sql } from 'kysely'
import { expect, it, vi } from 'vitest'
import { sqlAuditMigration, sqlPendingResetsMigration } from '../audit/migrations.ts'
import { sqlAudit } from '../audit/sql-audit.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { Database, Tables } from './database.ts'
import { closeOpenResets, durableConfig } from './pending.ts'
import { eventsOf, operatorSignedIn } from './trail.ts'
import { usersStore } from './users-store.ts'

const open = (): Database =>
  new Kysely<Tables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })

it('stores an event of one’s own, and reads the events of one user, newest first', async () => {
  const db = open()
  await sqlAuditMigration.up(db)
  await operatorSignedIn(db, 'kim', '192.0.2.7')
  const at = new Date().toISOString()
  for (const type of ['user.invited', 'user.password_chosen'] as const)
    await sqlAudit(db)({ type, at, userId: '42' })
  const [newest, oldest] = await eventsOf(db, '42')
  expect([newest?.event_type, oldest?.event_type]).toEqual(['user.password_chosen', 'user.invited'])
  expect(await eventsOf(db, '42', newest?.event_number)).toEqual([oldest])
})

it('finds out at the start what became of a reset whose process died', async () => {
  const db = open()
  await sqlAuditMigration.up(db)
  await sqlPendingResetsMigration.up(db)
  for (const text of [
    `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, full_name TEXT, state TEXT, role TEXT,
      failed_logins INTEGER DEFAULT 0, password_hash TEXT, must_change_password INTEGER DEFAULT 0,
      password_expires_at TEXT)`,
    'CREATE TABLE sessions (user_id INTEGER)',
    "INSERT INTO users (id, email, state, password_hash) VALUES (42, 'ada', 'enabled', 'old')",
  ])
    await sql.raw(text).execute(db)
  const config = durableConfig(db)
  const seen = await usersStore(db).find('42')
  // The process dies with the write: nobody waits for the answer, and nothing more is stored.
  const audit = (event: AuditEvent) =>
    event.type === 'reset.attempted' ? config.audit(event) : new Promise<void>(() => undefined)
  const operator = { id: 'kim', roles: ['helpdesk'] }
  const request = { operator, userId: '42', version: seen?.user.version ?? '' }
  void forceReset({ ...config, audit, auditTimeoutMs: 600_000 }, request)
  const hashes = async () =>
    (await db.selectFrom('users').select('password_hash').execute()).map((row) => row.password_hash)
  await vi.waitUntil(async () => !(await hashes()).includes('old'))
  const before = await hashes()
  const lines: string[] = []
  const later = { ...config, now: () => Date.now() + 301_000 }
  await closeOpenResets(later, (line) => void lines.push(line))
  expect(lines).toEqual([expect.stringContaining('applied_unused')])
  expect(await hashes()).not.toEqual(before)
  const events = (await eventsOf(db, '42')).map((row) => [row.event_type, row.operator_id])
  expect(events).toEqual([
    ['reset.applied_unused', 'kim'],
    ['reset.attempted', 'kim'],
  ])
  expect((await config.pending.list({ limit: 5 })).resets).toEqual([])
})
