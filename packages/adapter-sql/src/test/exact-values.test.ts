import { DatabaseSync } from 'node:sqlite'
import { noPrivilegedUsers } from '@force-reset/core'
import { Kysely, sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import { namedProblems } from '../fixtures/named-problems.ts'
import { describeWithMariaDb, describeWithPostgres } from '../fixtures/on-databases.ts'
import { foundIn, written } from '../fixtures/reset-in.ts'
import type { TestDatabase } from '../fixtures/server-databases.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyDatabase, AnyOptions, AnyTables } from '../options/any-database.ts'
import type { ColumnValue } from '../options/options.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const options = {
  table: 'users',
  columns: { id: 'id', username: 'username', passwordHash: 'hash' },
  status: { column: 'status', active: ['active'] },
  privileged: noPrivilegedUsers,
  hasher: cheapHasher,
} as const

/** An account for each tenant, whose name is the tenant's number in the list. */
async function tenants(db: AnyDatabase, type: string, held: readonly ColumnValue[]): Promise<void> {
  const column = sql.raw(type)
  await sql`CREATE TABLE users (id varchar(9) PRIMARY KEY, username varchar(9),
    status varchar(9), hash varchar(200), tenant ${column})`.execute(db)
  for (const [i, tenant] of held.entries()) {
    await sql`INSERT INTO users (id, username, status, hash, tenant) VALUES (${String(i)},
      ${String(i)}, 'active', 'old', ${tenant})`.execute(db)
  }
}

/**
 * The accounts that a store of this tenant lists and finds. A reset by the store changes these
 * accounts. Another account that takes the place of one of them between the look and the write is
 * not changed.
 */
async function reached(db: AnyDatabase, tenant: ColumnValue): Promise<readonly string[]> {
  const all = await sqlUserStore(db, options as AnyOptions).list({})
  const store = sqlUserStore(db, { ...options, scope: { tenant } } as AnyOptions)
  const ids: string[] = []
  const others: string[] = []
  for (const { id } of all.users) ((await store.find(id)) === undefined ? others : ids).push(id)
  const rename = (from: string, to: string) =>
    sql`UPDATE users SET id = ${to} WHERE id = ${from}`.execute(db)
  for (const id of ids) {
    for (const other of others) {
      const found = await foundIn(store, id)
      await rename(id, 'aside')
      await rename(other, id)
      expect(await written(found)).toMatchObject({ outcome: 'refused' })
      await rename(id, other)
      await rename('aside', id)
    }
  }
  expect((await store.list({})).users.map(({ id }) => id)).toEqual(ids)
  for (const id of ids)
    expect(await written(await foundIn(store, id))).toMatchObject({
      outcome: 'applied',
    })
  const { rows } = await sql<{
    id: string
  }>`SELECT id FROM users WHERE hash <> 'old' ORDER BY id`.execute(db)
  expect(rows.map(({ id }) => id)).toEqual(ids)
  return ids
}

const alike = ['acme', 'ACME', 'acm\u00e9', 'acme  ']

/**
 * Two accounts whose ids differ in case alone, each with a session; which sessions are left once
 * the second is reset.
 */
async function sessionsLeft(
  db: AnyDatabase,
  id: string,
  userId: string,
): Promise<readonly unknown[]> {
  await sql`CREATE TABLE users (id ${sql.raw(id)} PRIMARY KEY, username varchar(9),
    status varchar(9), hash varchar(200))`.execute(db)
  await sql`CREATE TABLE sessions (user_id ${sql.raw(userId)})`.execute(db)
  await sql`INSERT INTO users VALUES ('aB3xQ', 'ada', 'active', 'old'), ('ab3xq', 'bob',
    'active', 'old')`.execute(db)
  await sql`INSERT INTO sessions VALUES ('aB3xQ'), ('ab3xq'), ('ab3xq')`.execute(db)
  const store = sqlUserStore(db, {
    ...options,
    ended: [{ table: 'sessions', userId: 'user_id' }],
  } as AnyOptions)
  expect(await written(await foundIn(store, 'ab3xq'))).toMatchObject({
    outcome: 'applied',
    receipt: { sessionsRevoked: 2 },
  })
  const { rows } = await sql<{ user_id: string }>`SELECT user_id FROM sessions`.execute(db)
  return rows.map((row) => row.user_id)
}

describe('exact comparison on SQLite: a tenant', () => {
  it.each(['TEXT COLLATE NOCASE', 'TEXT COLLATE RTRIM'])(
    'is exactly the one that is named, in a column %s',
    async (type) => {
      const db = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
      await tenants(db, type, alike)
      expect(await reached(db, 'acme')).toEqual(['0'])
    },
  )

  it('may be a number in a column of any type, but not for text that looks like it', async () => {
    for (const type of ['INTEGER', 'TEXT', 'REAL', '']) {
      const db = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
      await tenants(db, type, [7n, 8n])
      expect(await reached(db, 7)).toEqual(['0'])
    }
    const db = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
    await tenants(db, 'INTEGER', [7n, 8n])
    for (const tenant of [' 7', '7.0', '7-evil']) expect(await reached(db, tenant)).toEqual([])
    expect(await reached(db, '7')).toEqual(['0'])
  })
})

it('the sessions of an account whose id differs in case alone go on, on SQLite', async () => {
  const db = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
  expect(await sessionsLeft(db, 'TEXT', 'TEXT COLLATE NOCASE')).toEqual(['aB3xQ'])
})

describeWithPostgres(
  'exact comparison on PostgreSQL: a tenant',
  (on) => {
    let opened: TestDatabase
    beforeEach(async () => {
      opened = await on.open()
    })
    afterEach(async () => await opened.close())

    it('is exactly the one that is named, in a column that ignores case', async () => {
      await tenants(opened.db, 'citext', alike)
      expect(await reached(opened.db, 'acme')).toEqual(['0'])
    })

    it('is exactly the one that is named, under a collation without accents too', async () => {
      await sql`CREATE COLLATION plain (provider = icu, locale = 'und-u-ks-level1', deterministic
      = false)`.execute(opened.db)
      await tenants(opened.db, 'text COLLATE plain', alike)
      expect(await reached(opened.db, 'acme')).toEqual(['0'])
    })

    it('keeps the sessions of an account whose id differs in case alone', async () => {
      expect(await sessionsLeft(opened.db, 'varchar(20)', 'citext')).toEqual(['aB3xQ'])
    })

    it.each([
      [
        'uuid',
        ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
        '{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}',
      ],
      ['numeric(6,2)', [7, 8], 7],
      ['numeric(6,2)', [7, 8], '7'],
      ['char(9)', ['acme', 'other'], 'acme'],
      ['boolean', [true, false], true],
      ['bigint', [7, 8], 7n],
    ])('may be of the type %s, and is named in any form of it', async (type, held, tenant) => {
      await tenants(opened.db, type, held)
      expect(await reached(opened.db, tenant)).toEqual(['0'])
    })
  },
  { sql: 'CREATE EXTENSION citext' },
)

describeWithMariaDb('exact comparison on MariaDB: a tenant', (on) => {
  let opened: TestDatabase
  beforeEach(async () => {
    opened = await on.open()
  })
  afterEach(async () => await opened.close())

  it.each(['varchar(20)', 'varchar(20) CHARACTER SET latin1'])(
    'is exactly the one that is named, in a column %s',
    async (type) => {
      await tenants(opened.db, type, alike)
      expect(await reached(opened.db, 'acme')).toEqual(['0'])
    },
  )

  it('keeps the sessions of an account whose id differs in case alone', async () => {
    expect(await sessionsLeft(opened.db, 'varchar(20) COLLATE utf8mb4_bin', 'varchar(20)')).toEqual(
      ['aB3xQ'],
    )
  })

  it('is no number for text that only begins like it', async () => {
    await tenants(opened.db, 'int', [7, 0])
    for (const tenant of ['7-evil', '7.0', ' 7', 'abc'])
      expect(await reached(opened.db, tenant)).toEqual([])
    expect(
      await namedProblems(opened.db, { ...options, scope: { tenant: 'abc' } } as AnyOptions),
    ).toEqual([expect.stringMatching(/^Column users\.tenant \(scope\): it holds numbers/)])
    expect(await reached(opened.db, '7')).toEqual(['0'])
  })

  it.each([
    ['varchar(9)', ['7', '7 ', '\uff17', '7-evil'], 7],
    ['varchar(9)', ['1', '1 ', '1-evil'], true],
    ['decimal(6,2)', [7, 8], 7],
    ['bigint unsigned zerofill', [7, 8], 7n],
    ['bit(1)', [1, 0], true],
    [
      'uuid',
      ['a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'],
      'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    ],
    ["enum('acme', 'other')", ['acme', 'other'], 'acme'],
    ['varbinary(9)', ['acme', 'ACME'], 'acme'],
    ['char(9)', ['acme', 'other'], 'acme'],
  ])('may be in a column %s', async (type, held, tenant) => {
    await tenants(opened.db, type, held)
    expect(await reached(opened.db, tenant)).toEqual(['0'])
  })

  it('is exact in the table of passwords, too', async () => {
    await tenants(opened.db, 'varchar(9)', ['acme'])
    await sql`CREATE TABLE secrets (user_id varchar(9), tenant varchar(9),
      hash varchar(200))`.execute(opened.db)
    await sql`INSERT INTO secrets VALUES ('0', 'ACME', 'foreign'), ('0', 'acme', 'old')`.execute(
      opened.db,
    )
    const { passwordHash, ...columns } = options.columns
    const credentials = {
      table: 'secrets',
      userId: 'user_id',
      where: { tenant: 'acme' },
      columns: { passwordHash },
    }
    const store = sqlUserStore(opened.db, {
      ...options,
      columns,
      credentials,
      inTransaction: async () => undefined,
    } as AnyOptions)
    expect(await written(await foundIn(store, '0'))).toMatchObject({
      outcome: 'applied',
    })
    const { rows } =
      await sql`SELECT tenant, hash FROM secrets ORDER BY CAST(tenant AS BINARY)`.execute(opened.db)
    expect(rows).toEqual([
      { tenant: 'ACME', hash: 'foreign' },
      { tenant: 'acme', hash: expect.not.stringMatching(/^old$/) },
    ])
  })
})
