import { DatabaseSync } from 'node:sqlite'
import { markOf } from '@force-reset/core/store'
import { Kysely } from 'kysely'
import { expect, it } from 'vitest'
import { sqlAuditMigration, sqlPendingResetsMigration } from '../audit/migrations.ts'
import { sqlAudit } from '../audit/sql-audit.ts'
import { sqlPendingResets } from '../audit/sql-pending-resets.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { Database, Tables } from './database.ts'
import { dueResets } from './pending.ts'
import { eventsOf, operatorSignedIn } from './trail.ts'

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

it('hands out a reset of unknown outcome once', async () => {
  const db = open()
  await sqlPendingResetsMigration.up(db)
  const names = { resetId: 'r-1', store: 'sql', userId: '42', operatorId: 'kim' }
  const rest = { mark: markOf('sql1.m'), state: 'attempted', expiresAt: null } as const
  await sqlPendingResets(db).open({ ...names, ...rest, attemptedAt: new Date(0) })
  expect(await dueResets(db)).toMatchObject([names])
  expect(await dueResets(db)).toEqual([])
})
