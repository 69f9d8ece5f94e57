import { DatabaseSync } from 'node:sqlite'
import { Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { namedProblems } from '../fixtures/named-problems.ts'
import { foundIn, written } from '../fixtures/reset-in.ts'
import { sqliteUsers, sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyOptions, AnyTables } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

/**
 * The tables hold text, and the options say numbers: SQLite takes 42 for '42', and 42.0 for '42.0'.
 */
describe('numbers of the options and columns of text on SQLite', () => {
  it('meet in scope, in a condition of roles, and in one of sessions', async () => {
    const users = sqliteUsers(
      {
        scope: { tenant: 42 },
        privileged: {
          table: 'roles',
          userId: 'user_id',
          role: 'role',
          values: [7],
          where: { tenant: 42 },
        },
        ended: [{ table: 'sessions', userId: 'user_id', where: { kind: 1 } }],
      },
      [{ tenant: '42' }, { tenant: '42' }, { tenant: '43' }],
    )
    users.run('CREATE TABLE roles (tenant TEXT, user_id TEXT, role TEXT)')
    users.run("INSERT INTO roles VALUES ('42', '2', '7'), ('43', '1', '7')")
    users.run('ALTER TABLE sessions ADD kind TEXT')
    users.run("INSERT INTO sessions VALUES ('s1', '1', '1'), ('s2', '1', '2'), ('s3', '2', '1')")
    expect(
      (await users.store.list({})).users.map(({ id, privileged }) => [id, privileged]),
    ).toEqual([
      ['1', false],
      ['2', true],
    ])
    expect(await written(await users.look('1'))).toMatchObject({
      outcome: 'applied',
      receipt: { sessionsRevoked: 1 },
    })
    expect(users.run('SELECT token FROM sessions ORDER BY 1')).toEqual([
      { token: 's2' },
      { token: 's3' },
    ])
  })

  it('meet in the list of a status, and a reset writes them as they are', async () => {
    const users = sqliteUsers(
      {
        status: { column: 'status', active: [1], suspended: [false] },
        unlock: { set: { locked_until: 0 } },
        columns: {
          ...sqliteUsersOptions.columns,
          expiresAt: { column: 'password_expires_at', write: (moment) => moment.getTime() },
        },
      },
      [{ status: '1' }, { status: '0' }],
    )
    expect((await users.store.list({ statuses: ['active'] })).users.map(({ id }) => id)).toEqual([
      '1',
    ])
    expect((await users.store.list({ statuses: ['suspended'] })).users.map(({ id }) => id)).toEqual(
      ['2'],
    )
    expect((await users.store.list({ statuses: ['unknown'] })).users).toEqual([])
    const expiresAt = new Date(1_700_000_000_000)
    expect(await written(await users.look('1'), { expiresAt })).toMatchObject({
      outcome: 'applied',
    })
    expect(users.run('SELECT locked_until, password_expires_at FROM users WHERE id = 1')).toEqual([
      { locked_until: '0', password_expires_at: '1700000000000' },
    ])
  })

  it('leave the check with nothing to say', async () => {
    const options = {
      ...sqliteUsersOptions,
      scope: { tenant: 42 },
      status: { column: 'status', active: [1] },
    }
    expect(await namedProblems(sqliteUsers().db, options)).toEqual([])
  })
})

/** The first whole number that JavaScript rounds. */
const beyond = 9_007_199_254_740_993n

describe('numbers of SQLite that JavaScript would round', () => {
  const numbers = async () => {
    const db = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
    await sql`CREATE TABLE numbers (id INTEGER PRIMARY KEY, n INTEGER)`.execute(db)
    return db
  }

  it.each([{}, { inTransaction: async () => undefined }])(
    'are ids of a table whose accounts are reset: %o',
    async (options) => {
      const database = new DatabaseSync(':memory:')
      const db = new Kysely<AnyTables>({ dialect: sqliteDialect(database) })
      await sql`CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, status TEXT,
        password_hash TEXT)`.execute(db)
      await sql`INSERT INTO users VALUES (${beyond}, 'ada', 'active', 'old')`.execute(db)
      const columns = { id: 'id', username: 'username', passwordHash: 'password_hash' }
      const store = sqlUserStore(db, { ...sqliteUsersOptions, columns, ...options } as AnyOptions)
      const found = await foundIn(store, String(beyond))
      expect(await written(found)).toMatchObject({ outcome: 'applied' })
      const { rows } = await sql`SELECT password_hash AS hash FROM users`.execute(db)
      expect(rows).toEqual([{ hash: expect.stringMatching(/^\$argon2id/) }])
      expect(database.isTransaction).toBe(false)
    },
  )

  it('are exact as the id of a new row, and no error of the statements after it', async () => {
    const db = await numbers()
    const inserted = await sql`INSERT INTO numbers VALUES (${beyond}, 1)`.execute(db)
    expect(inserted).toMatchObject({ insertId: beyond, numAffectedRows: 1n })
    await db.transaction().execute(async (trx) => {
      expect(await sql`UPDATE numbers SET n = 2`.execute(trx)).toMatchObject({
        numAffectedRows: 1n,
      })
    })
  })

  it('are bigints where a statement returns its rows, and others are numbers', async () => {
    const db = await numbers()
    await sql`INSERT INTO numbers VALUES (${beyond}, 1)`.execute(db)
    const { rows } =
      await sql`UPDATE numbers SET n = ${beyond - 2n} RETURNING id, n, 1.5 AS f, NULL AS z, 'x'
        AS t`.execute(db)
    expect(rows).toEqual([{ id: beyond, n: Number.MAX_SAFE_INTEGER, f: 1.5, z: null, t: 'x' }])
    const streamed: unknown[] = []
    for await (const row of db.selectFrom('numbers').selectAll().stream()) streamed.push(row)
    expect(streamed).toEqual([{ id: beyond, n: Number.MAX_SAFE_INTEGER }])
  })
})
