import { DatabaseSync } from 'node:sqlite'
import { type AuditEvent, forceReset } from '@force-reset/core'
import { Kysely, type RawBuilder, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { describe, expect, it } from 'vitest'
import { sqlAuditMigration, temporaryPasswordMigration } from '../audit/migrations.ts'
import { sqlAudit } from '../audit/sql-audit.ts'
import { namedProblems } from '../fixtures/named-problems.ts'
import { describeWithMariaDb, describeWithPostgres } from '../fixtures/on-databases.ts'
import { userIn } from '../fixtures/reset-in.ts'
import { sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyDatabase, AnyTables, Row } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

/** A database without the columns that a reset needs. */
interface Opened {
  readonly db: AnyDatabase
  close(): Promise<void>
}

const table = sql`CREATE TABLE users (id varchar(40) PRIMARY KEY, username varchar(100),
  email varchar(100), display_name varchar(100), status varchar(20), password_hash varchar(300),
    updated_at varchar(40))`
const user = sql`INSERT INTO users (id, username, status, password_hash) VALUES ('1', 'ada',
  'active', 'h')`

const rowsOf = async (db: AnyDatabase, query: RawBuilder<unknown>) =>
  (await query.execute(db)).rows as readonly Row[]

function suite(open: () => Promise<Opened>): void {
  const withTable = async (work: (db: AnyDatabase) => Promise<void>): Promise<void> => {
    const { db, close } = await open()
    try {
      for (const statement of [table, user]) await statement.execute(db)
      await work(db)
    } finally {
      await close()
    }
  }
  it('names the columns that are missing, which the migration adds and its reverse removes', () =>
    withTable(async (db) => {
      const missing = [
        'Column users.must_change_password (columns.mustChange): it is missing.',
        'Column users.password_expires_at (columns.expiresAt): it is missing.',
      ]
      const { up, down } = temporaryPasswordMigration({ table: 'users' })
      expect(await namedProblems(db, sqliteUsersOptions)).toEqual(missing)
      await up(db)
      expect(await namedProblems(db, sqliteUsersOptions)).toEqual([])
      const [row] = await rowsOf(db, sql`SELECT * FROM users`)
      expect([Number(row?.['must_change_password']), row?.['password_expires_at']]).toEqual([
        0,
        null,
      ])
      await down(db)
      expect(await namedProblems(db, sqliteUsersOptions)).toEqual(missing)
      await up(db)
      expect((await userIn(sqlUserStore(db, sqliteUsersOptions), '1')).status).toBe('active')
    }))

  it('is migrated up and down by the Migrator of Kysely', () =>
    withTable(async (db) => {
      const migrations = {
        '1_temporary_password': temporaryPasswordMigration({ table: 'users' }),
        '2_audit': sqlAuditMigration,
      }
      const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
      expect((await migrator.migrateToLatest()).results).toMatchObject([
        { status: 'Success' },
        { status: 'Success' },
      ])
      expect(await namedProblems(db, sqliteUsersOptions)).toEqual([])
      for (const direction of ['Down', 'Down'])
        expect((await migrator.migrateDown()).results).toMatchObject([
          { direction, status: 'Success' },
        ])
      expect(await namedProblems(db, sqliteUsersOptions)).toHaveLength(2)
    }))

  it('names every table and column that the options need', () =>
    withTable(async (db) => {
      await temporaryPasswordMigration({ table: 'users' }).up(db)
      const problems = await namedProblems(db, {
        ...sqliteUsersOptions,
        scope: { tenant: 1 },
        unlock: { set: { failed: 0 } },
        tokenVersion: 'tokens',
        ended: [{ table: 'sessions', userId: 'user_id' }],
        privileged: { table: 'user_roles', userId: 'user_id', role: 'role', values: ['admin'] },
      })
      expect(problems).toEqual([
        'Column users.tenant (scope): it is missing.',
        'Column users.failed (unlock.set): it is missing.',
        'Column users.tokens (tokenVersion): it is missing.',
        'Table user_roles: it is missing.',
        'Table sessions: it is missing.',
      ])
    }))

  it('keeps the trail of a reset, field by field', () =>
    withTable(async (db) => {
      await temporaryPasswordMigration({ table: 'users' }).up(db)
      await sqlAuditMigration.up(db)
      const store = sqlUserStore(db, sqliteUsersOptions)
      const { version } = await userIn(store, '1')
      const audit = sqlAudit(db)
      const careless = (event: AuditEvent) =>
        audit({ ...event, ...{ password: 'canary-4711' }, reason: event.reason })
      const config = {
        store,
        authorize: () => true,
        audit: careless,
        now: () => Date.UTC(2026, 0, 2, 3, 4, 5, 678),
      }
      const request = {
        operator: { id: 'kim' },
        userId: '1',
        version,
        reason: 'INC-4711 \u202e',
        correlationId: 'c-1',
      }
      const result = await forceReset(config, request)
      expect(result.ok).toBe(true)
      expect((await forceReset(config, request)).ok).toBe(false)
      const rows = await rowsOf(db, sql`SELECT * FROM force_reset_audit ORDER BY event_number`)
      expect(rows.map((row) => row['event_type'])).toEqual([
        'reset.attempted',
        'reset.applied',
        'reset.refused',
      ])
      expect(rows[0]).toMatchObject({
        event_action: 'reset',
        reset_id: result.resetId,
        operator_id: 'kim',
        store: 'sql',
        user_id: '1',
        username: 'ada',
        account_status: 'active',
        code: null,
        reason: 'INC-4711 \\u{202e}',
        correlation_id: 'c-1',
        receipt: null,
      })
      expect(new Date(String(rows[0]?.['happened_at'])).getUTCFullYear()).toBe(2026)
      expect(JSON.parse(String(rows[1]?.['receipt']))).toMatchObject({
        mustChange: 'application',
        expiresAt: '2026-01-03T03:04:05.678Z',
      })
      expect(rows[2]?.['code']).toBe('conflict')
      expect(JSON.stringify(rows)).not.toContain('canary')
      await sqlAuditMigration.down(db)
      // Without its table nothing is stored, so nothing is changed.
      const again = { ...request, version: (await userIn(store, '1')).version }
      expect(await forceReset(config, again)).toMatchObject({
        ok: false,
        code: 'audit_unavailable',
      })
    }))
}

describe('tables on SQLite', () => {
  const open = async () => {
    const db = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
    return { db, close: () => db.destroy() }
  }
  suite(open)

  it('refuses a transaction, which could be rolled back and the event with it', async () => {
    const { db } = await open()
    await db.transaction().execute(async (trx) => {
      expect(() => sqlAudit(trx)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_CONFIG' }))
    })
  })
})

describeWithPostgres('tables on PostgreSQL', (on) => {
  suite(() => on.open())

  it('names a right that is missing', async () => {
    const { db, close } = await on.open()
    await table.execute(db)
    await temporaryPasswordMigration({ table: 'users' }).up(db)
    await sql`REVOKE UPDATE ON users FROM app`.execute(db)
    expect(await namedProblems(db, sqliteUsersOptions)).toContain(
      "Column users.password_hash (columns.passwordHash): the application's database user may " +
        'not write it.',
    )
    await close()
  })

  it('names columns of another type than what is written to them', async () => {
    const { db, close } = await on.open()
    await table.execute(db)
    await sql`ALTER TABLE users ADD must_change_password integer, ADD password_expires_at
      boolean, ADD failed boolean, ADD tokens text`.execute(db)
    const options = {
      ...sqliteUsersOptions,
      unlock: { set: { failed: 0 } },
      tokenVersion: 'tokens',
    }
    const problems = await namedProblems(db, options)
    expect(problems).toEqual([
      expect.stringMatching(
        '^Column users\\.must_change_password \\(columns\\.mustChange\\): ' +
          'it is not of a type for true and false',
      ),
      'Column users.password_expires_at (columns.expiresAt): it is of another type than what a ' +
        'reset writes to it.',
      'Column users.tokens (tokenVersion): it is of another type than what a reset writes to it.',
    ])
    await close()
  })
})

describeWithMariaDb('tables on MariaDB', (on) => {
  suite(() => on.open())

  it('names tables whose engine has no transactions', async () => {
    const { db, close } = await on.open()
    await table.execute(db)
    await temporaryPasswordMigration({ table: 'users' }).up(db)
    await sql`CREATE TABLE sessions (user_id varchar(40)) ENGINE=MyISAM`.execute(db)
    const options = { ...sqliteUsersOptions, ended: [{ table: 'sessions', userId: 'user_id' }] }
    const problem =
      'its engine has no transactions, so what a reset changes there cannot be undone. Use InnoDB.'
    expect(await namedProblems(db, options)).toEqual([`Table sessions: ${problem}`])
    await sql`ALTER TABLE users ENGINE=Aria`.execute(db)
    const [row] = await rowsOf(db, sql`SELECT DATABASE() AS name`)
    expect(await namedProblems(db, { ...options, table: `${row?.['name']}.users` })).toEqual([
      `Table ${row?.['name']}.users: ${problem}`,
      `Table sessions: ${problem}`,
    ])
    await close()
  })

  it('names settings that would cut a hash off, or let a search run as SQL', async () => {
    const { db, close } = await on.open({ connections: 1 })
    await table.execute(db)
    await temporaryPasswordMigration({ table: 'users' }).up(db)
    expect(await namedProblems(db, sqliteUsersOptions)).toEqual([])
    await sql`SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES'`.execute(db)
    expect(await namedProblems(db, sqliteUsersOptions)).toEqual([
      expect.stringMatching(/^sql_mode: .*STRICT_TRANS_TABLES/),
      expect.stringMatching(/^sql_mode: .*NO_BACKSLASH_ESCAPES/),
    ])
    await close()
  })
})
