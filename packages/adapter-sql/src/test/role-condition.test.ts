import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import {
  describeOnMariaDb,
  describeOnPostgres,
  describeOnSqlite,
} from '../fixtures/on-databases.ts'
import { foundIn, userIn, written } from '../fixtures/reset-in.ts'
import { mariaDbDatabase } from '../fixtures/server-databases.ts'
import type { AnyDatabase, AnyOptions } from '../options/any-database.ts'
import type { ColumnValue } from '../options/options.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

interface Given {
  readonly type?: string
  readonly held: ColumnValue
  readonly values: readonly ColumnValue[]
}

/**
 * Whether an account with this role is privileged: by a row in a table, and by the same value in a
 * column of its own.
 */
async function privileged(db: AnyDatabase, { type = 'varchar(40)', held, values }: Given) {
  const column = sql.raw(type)
  await sql`CREATE TABLE users (id varchar(9) PRIMARY KEY, username varchar(9),
    status varchar(9), hash varchar(200), role ${column})`.execute(db)
  await sql`CREATE TABLE roles (user_id varchar(9), role ${column})`.execute(db)
  const role = typeof held === 'boolean' ? sql.lit(held) : sql`${held}`
  await sql`INSERT INTO users (id, username, status, hash, role) VALUES ('1', 'ada', 'active',
    'x', ${role})`.execute(db)
  await sql`INSERT INTO roles (user_id, role) VALUES ('1', ${role})`.execute(db)
  const storeOf = (by: unknown) =>
    sqlUserStore(db, {
      table: 'users',
      columns: { id: 'id', username: 'username', passwordHash: 'hash' },
      status: { column: 'status', active: ['active'] },
      privileged: by,
      hasher: cheapHasher,
    } as AnyOptions)
  const inTable = storeOf({ table: 'roles', userId: 'user_id', role: 'role', values })
  const found = await foundIn(inTable, '1')
  const column2 = await userIn(storeOf({ column: 'role', values }), '1')
  // The same condition is in the write.
  expect(await written(found)).toMatchObject({ outcome: 'applied' })
  for (const table of ['users', 'roles']) await sql`DROP TABLE ${sql.table(table)}`.execute(db)
  return { inTable: found.user.privileged, inColumn: column2.privileged }
}

const both = (value: boolean) => ({ inTable: value, inColumn: value })

/** Each is privileged where the options say `admin`. */
const lists = [
  'member,admin',
  'member; Admin',
  '{member,admin}',
  '{"member","Admin"}',
  '["member","admin"]',
  '["a\\"b", " ADMIN "]',
  '{"admin": true}',
  'a:2:{i:0;s:6:"member";i:1;s:5:"admin";}',
  'member | admin',
  'member admin',
  'member\nadmin',
  'member\\admin',
  "member'admin",
  'member\u00a0admin',
]

/** None is. */
const others = [
  'member,administrator',
  '["member"]',
  '{admins}',
  'a:1:{i:0;s:13:"site-no.admin";}',
  'admin-assistant',
  '[]',
  '',
]

function suite(open: () => AnyDatabase): void {
  it.each([
    { held: 'admin', values: ['admin'] },
    { held: 'Admin', values: ['admin'] },
    { held: 'admin', values: ['ADMIN'] },
    { held: ' admin ', values: ['admin'] },
    { held: 'admin\r\n', values: ['member', 'admin\t'] },
    { held: 'Ädmin', values: ['ädmin'] },
    { held: 'ädmin', values: ['ÄDMIN'] },
    { type: 'integer', held: 7, values: [3, 7] },
    { held: '7', values: ['7'] },
    { held: 'Y', values: [true] },
    { held: 'yes', values: [true] },
    { held: 'N', values: [false] },
  ])(
    'is privileged where the table or the column holds $held, and the options say $values',
    async (given) => {
      expect(await privileged(open(), given)).toEqual(both(true))
    },
  )

  it.each([
    { held: 'administrator', values: ['admin'] },
    { held: 'ad min', values: ['admin'] },
    { held: '%', values: ['admin'] },
    { type: 'integer', held: 70, values: [3, 7] },
    { held: 'N', values: [true] },
    { held: null, values: ['admin'] },
  ])('is not privileged where they hold $held, and the options say $values', async (given) => {
    expect(await privileged(open(), given)).toEqual(both(false))
  })

  it.each(lists)('is privileged where the table or the column holds the list %j', async (held) => {
    const type = 'varchar(80)'
    expect(await privileged(open(), { type, held, values: ['admin'] })).toEqual(both(true))
  })

  it.each(others)('is not privileged where they hold %j', async (held) => {
    const type = 'varchar(80)'
    expect(await privileged(open(), { type, held, values: ['admin'] })).toEqual(both(false))
  })

  it('is privileged by a value of several words in a list', async () => {
    const values = ['Domain Admin']
    const type = 'varchar(80)'
    expect(await privileged(open(), { type, held: 'Users, domain admin', values })).toEqual(
      both(true),
    )
    expect(await privileged(open(), { type, held: 'Domain Users,Admin', values })).toEqual(
      both(false),
    )
  })

  it.each(['table', 'column'])(
    'is the same to a list, a look and a write, by a list in a %s that changes',
    async (where) => {
      const db = open()
      await sql`CREATE TABLE users (id varchar(9) PRIMARY KEY, username varchar(9),
        status varchar(9), hash varchar(200), role varchar(80))`.execute(db)
      await sql`CREATE TABLE roles (user_id varchar(9), role varchar(80))`.execute(db)
      await sql`INSERT INTO users VALUES ('1', 'ada', 'active', 'x', 'member,editor'),
        ('2', 'bob', 'active', 'x', 'member')`.execute(db)
      await sql`INSERT INTO roles VALUES ('1', 'member,editor'), ('1', 'guest'),
        ('2', 'admin,member')`.execute(db)
      const by = where === 'table' ? { table: 'roles', userId: 'user_id', role: 'role' } : undefined
      const store = sqlUserStore(db, {
        table: 'users',
        columns: { id: 'id', username: 'username', passwordHash: 'hash' },
        status: { column: 'status', active: ['active'] },
        privileged: { ...(by ?? { column: 'role' }), values: ['admin'] },
        hasher: cheapHasher,
      } as AnyOptions)
      const seen = async () => ({
        listed: (await store.list({})).users.find(({ id }) => id === '1')?.privileged,
        found: (await userIn(store, '1')).privileged,
      })
      expect(await seen()).toEqual({ listed: false, found: false })
      const before = await foundIn(store, '1')
      const [table, own] = where === 'table' ? ['roles', 'user_id'] : ['users', 'id']
      await sql`UPDATE ${sql.table(table)} SET role = 'member,admin' WHERE ${sql.ref(own)} = '1'
        AND role = 'member,editor'`.execute(db)
      expect(await written(before)).toMatchObject({ outcome: 'refused', code: 'conflict' })
      expect(await seen()).toEqual({ listed: true, found: true })
      for (const name of ['users', 'roles']) await sql`DROP TABLE ${sql.table(name)}`.execute(db)
    },
  )

  it('is privileged by a row without a role where the options name it', async () => {
    expect(await privileged(open(), { held: null, values: [null] })).toEqual(both(true))
    expect(await privileged(open(), { held: 'member', values: [null] })).toEqual(both(false))
  })
}

describeOnSqlite('an account on SQLite', (on) => {
  suite(() => on.db)
})

describeOnPostgres('an account on PostgreSQL', (on) => {
  suite(() => on.db)

  it('is privileged by a boolean, and by an enumeration', async () => {
    expect(await privileged(on.db, { type: 'boolean', held: true, values: [true] })).toEqual(
      both(true),
    )
    expect(await privileged(on.db, { type: 'boolean', held: false, values: [true] })).toEqual(
      both(false),
    )
    await sql`CREATE TYPE role AS ENUM ('member', 'admin')`.execute(on.db)
    expect(await privileged(on.db, { type: 'role', held: 'admin', values: ['admin'] })).toEqual(
      both(true),
    )
    expect(await privileged(on.db, { type: 'role', held: 'member', values: ['admin'] })).toEqual(
      both(false),
    )
  })

  it.each([
    ['boolean', true, [1]],
    ['boolean', true, ['1']],
    ['boolean', true, ['t']],
    ['boolean', true, ['yes']],
    ['boolean', true, ['Y']],
    ['numeric(4,2)', 9, ['9']],
    ['integer', 9, ['09']],
    ['uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', ['{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}']],
    ['uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', ['a0eebc999c0b4ef8bb6d6bb9bd380a11']],
  ] as const)(
    'is privileged by %s that holds %s, with %j, which the database takes for the same',
    async (type, held, values) => {
      expect(await privileged(on.db, { type, held, values })).toEqual(both(true))
    },
  )

  it('is not privileged by another boolean or number, in any form of the options', async () => {
    expect(await privileged(on.db, { type: 'boolean', held: false, values: ['yes'] })).toEqual(
      both(false),
    )
    expect(await privileged(on.db, { type: 'numeric(4,2)', held: 8, values: ['9'] })).toEqual(
      both(false),
    )
  })
})

describeOnMariaDb('an account on MariaDB', (on) => {
  suite(() => on.db)

  it('is privileged where MariaDB cuts the roles off', async () => {
    await on.server.query('SET GLOBAL group_concat_max_len = 20')
    const { db, close } = await mariaDbDatabase(on.server)
    await sql`CREATE TABLE users (id varchar(9), username varchar(9), hash varchar(9))`.execute(db)
    await sql`CREATE TABLE roles (user_id varchar(9), role varchar(40))`.execute(db)
    await sql`INSERT INTO users VALUES ('1', 'ada', 'x'), ('2', 'bob', 'x'),
      ('3', 'eve', 'x')`.execute(db)
    // MariaDB closes the list behind the cut: one role is a part of itself, another one is missing.
    await sql`INSERT INTO roles VALUES ('1', 'a-member-of-something'), ('2', '\u{1f600}'),
      ('2', NULL), ('3', 'a-member'), ('3', 'member,admin')`.execute(db)
    const store = sqlUserStore(db, {
      table: 'users',
      columns: { id: 'id', username: 'username', passwordHash: 'hash' },
      status: { columns: ['id'], of: () => 'active' },
      privileged: { table: 'roles', userId: 'user_id', role: 'role', values: ['admin'] },
      hasher: cheapHasher,
    } as AnyOptions)
    for (const [id, expected] of [
      ['1', true],
      ['2', false],
      ['3', true],
    ] as const)
      expect((await userIn(store, id)).privileged).toBe(expected)
    await close()
    await on.server.query('SET GLOBAL group_concat_max_len = DEFAULT')
  })

  it.each([
    ['bit(1)', true, [true], true],
    ['bit(1)', false, [true], false],
    ["enum('2', '1')", '1', [1], true],
    ["enum('member', 'admin') COLLATE utf8mb4_bin", 'admin', ['ADMIN'], true],
    ['varchar(9) COLLATE utf8mb4_bin', 'Admin', ['admin'], true],
    ['varbinary(9)', 'Admin', ['admin'], true],
    ['varchar(9) CHARACTER SET ascii', 'Admin', ['admin'], true],
    ['tinyint(1)', 1, ['01'], true],
    ['tinyint(1)', 0, ['01'], false],
    ['decimal(4,2)', 9, ['9'], true],
    ['decimal(4,2)', 8, ['9'], false],
    ['uuid', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', ['a0eebc999c0b4ef8bb6d6bb9bd380a11'], true],
  ] as const)(
    'is privileged by %s that holds %s, with %j: %s',
    async (type, held, values, expected) => {
      expect(await privileged(on.db, { type, held, values })).toEqual(both(expected))
    },
  )
})
