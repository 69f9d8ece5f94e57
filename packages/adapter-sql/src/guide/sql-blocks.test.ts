import { readFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { type AuditEvent, noPrivilegedUsers } from '@force-reset/core'
import { markOf } from '@force-reset/core/store'
import { startMariaDb, startPostgres } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { sqlAuditMigration, sqlPendingResetsMigration } from '../audit/migrations.ts'
import { sqlAudit } from '../audit/sql-audit.ts'
import { sqlPendingResets } from '../audit/sql-pending-resets.ts'
import { namedProblems } from '../fixtures/named-problems.ts'
import { mariaDbDatabase, mariaDbGrant, postgresDatabase } from '../fixtures/server-databases.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyDatabase, AnyTables } from '../options/any-database.ts'

const text = await readFile(new URL('../../../../docs/sql.md', import.meta.url), 'utf8')
const blocks = [...text.matchAll(/^```sql\n-- ([^\n]*)\n(.*?)^```$/gms)].map(
  ([, title = '', body = '']) => ({ title, body }),
)

/** Runs the blocks of this database in the order of the page, the undoing last. */
async function follow(db: AnyDatabase, name: string): Promise<void> {
  const options = {
    table: 'users',
    columns: {
      id: 'id',
      username: 'email',
      passwordHash: 'password_hash',
      mustChange: 'must_change_password',
      expiresAt: 'password_expires_at',
    },
    status: { column: 'state', active: ['enabled'] },
    privileged: noPrivilegedUsers,
    hasher: () => 'x',
  } as const
  await sql`CREATE TABLE users (id int PRIMARY KEY, email varchar(200), full_name varchar(200),
    state varchar(20), password_hash varchar(300))`.execute(db)
  const run = async (fits: (title: string) => boolean) => {
    const chosen = blocks.filter(({ title }) => fits(title))
    expect(chosen.length).toBeGreaterThan(0)
    for (const { body } of chosen)
      for (const statement of body.split(/;\n/).filter((text) => text.trim() !== ''))
        await sql.raw(statement).execute(db)
  }
  expect(await namedProblems(db, options)).toHaveLength(2)
  await run((title) => title.startsWith(name) && !title.endsWith('to undo'))
  await run((title) => title === 'every database')
  expect(await namedProblems(db, options)).toEqual([])
  const byHand = await storedRows(db)
  await run((title) => title === 'every database, to undo')
  if (name === 'PostgreSQL') await run((title) => title === `${name}, to undo`)
  expect(await namedProblems(db, options)).toHaveLength(2)
  await sqlAuditMigration.up(db)
  await sqlPendingResetsMigration.up(db)
  expect(await storedRows(db)).toEqual(byHand)
}

/** An event in the trail and a pending reset, as read back. The trail cannot be emptied. */
async function storedRows(db: AnyDatabase): Promise<unknown> {
  const event: AuditEvent = {
    schema: 1,
    eventId: 'e-1',
    type: 'reset.attempted',
    action: 'reset',
    at: '2026-01-02T03:04:05.678Z',
    resetId: 'r-1',
    operatorId: '山田',
    source: { address: '192.0.2.7' },
    mark: markOf('sql1.m'),
  }
  await sqlAudit(db)({ ...event, reason: 'INC-4711' })
  await expect(sql`DELETE FROM force_reset_audit`.execute(db)).rejects.toThrow(/never/)
  const { resetId, operatorId, mark } = event
  const attemptedAt = new Date(event.at)
  const ids = { resetId, operatorId, store: 'sql', scope: '', userId: '山田' }
  const now = { state: 'attempted', expiresAt: null, throwaway: null } as const
  await sqlPendingResets(db).open({ ...ids, attemptedAt, mark, ...now })
  const trail = await sql`SELECT * FROM force_reset_audit`.execute(db)
  const pending = await sql`SELECT * FROM force_reset_pending`.execute(db)
  return [trail.rows, pending.rows]
}

describe('the SQL of the guide', () => {
  it('runs on SQLite and can be undone', async () => {
    const db = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
    await follow(db, 'SQLite')
    await db.destroy()
  })

  it('names every option', async () => {
    const options = await readFile(new URL('../options/options.ts', import.meta.url), 'utf8')
    const names = [...options.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(
      ([, name = '']) => name,
    )
    expect(names.length).toBeGreaterThan(30)
    for (const name of names.filter((one) => !['resetId', 'expiresAt'].includes(one)))
      expect(text).toContain(name)
  })
})

describeWithServer('postgres', 'the SQL of the guide, on PostgreSQL', () => {
  it('runs and can be undone', async () => {
    await using server = await startPostgres()
    const { db, close } = await postgresDatabase(server)
    await follow(db, 'PostgreSQL')
    await close()
  })
})

describeWithServer('mariadb', 'the SQL of the guide, on MariaDB', () => {
  it('runs and can be undone', async () => {
    await using server = await startMariaDb()
    await server.query(mariaDbGrant)
    const { db, close } = await mariaDbDatabase(server)
    // An old database, whose own character set the trail must not take.
    await sql`ALTER DATABASE CHARACTER SET latin1`.execute(db)
    await follow(db, 'MariaDB')
    await close()
  })
})
