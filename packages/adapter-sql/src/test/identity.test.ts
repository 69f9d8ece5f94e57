import { noPrivilegedUsers } from '@force-reset/core'
import { sql } from 'kysely'
import { beforeAll, expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import {
  describeOnMariaDb,
  describeOnPostgres,
  describeOnSqlite,
} from '../fixtures/on-databases.ts'
import { foundIn, resetIn, userIn, written } from '../fixtures/reset-in.ts'
import type { AnyDatabase, AnyOptions } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const identity = { username: 'username', email: 'email', displayName: 'display_name' }

/** Where the password of an account is, and its must-change. */
const layouts = {
  'in the table of the accounts': {
    columns: { id: 'id', ...identity, passwordHash: 'hash', mustChange: { ...flag('must') } },
  },
  'in a table of its own': {
    columns: { id: 'id', ...identity },
    credentials: {
      table: 'secrets',
      userId: 'user_id',
      columns: { passwordHash: 'secret', mustChange: { ...flag('temporary') } },
    },
  },
  'in a table of its own, with must-change in the table of the accounts': {
    columns: { id: 'id', ...identity, mustChange: { ...flag('must') } },
    credentials: { table: 'secrets', userId: 'user_id', columns: { passwordHash: 'secret' } },
  },
} as const

function flag(column: string) {
  return { column, on: 1, off: 0 }
}

interface Person {
  readonly username: string | null
  readonly email: string | null
  readonly displayName: string | null
}

const ada: Person = { username: 'ada', email: 'ada@example.com', displayName: 'Ada' }

/** Other people who may be given the id of {@link ada}. */
const others: readonly (readonly [what: string, change: Partial<Person>])[] = [
  ['another user name', { username: 'bob' }],
  ['the user name in other letters', { username: 'Ada' }],
  ['no user name', { username: null }],
  ['another e-mail address', { email: 'bob@example.com' }],
  ['the e-mail address in other letters', { email: 'ADA@example.com' }],
  ['no e-mail address', { email: null }],
  ['an empty e-mail address', { email: '' }],
  ['another display name', { displayName: 'Bob' }],
  ['a display name with an accent', { displayName: 'Ad\u00e1' }],
  ['no display name', { displayName: null }],
]

interface Types {
  readonly id?: string
  readonly text?: string
}

/** Tables with one account without a password, and the means to give the account's id away. */
async function accountOn(
  db: AnyDatabase,
  layout: keyof typeof layouts,
  { id = 'varchar(40)', text = 'varchar(40)' }: Types = {},
) {
  for (const table of ['users', 'secrets'])
    await sql`DROP TABLE IF EXISTS ${sql.table(table)}`.execute(db)
  const name = sql.raw(text)
  await sql`CREATE TABLE users (id ${sql.raw(id)} PRIMARY KEY, username ${name}, email ${name},
    display_name ${name}, status varchar(9), hash varchar(200), must integer)`.execute(db)
  await sql`CREATE TABLE secrets (user_id ${sql.raw(id)}, secret varchar(200),
    temporary integer)`.execute(db)
  const add = async ({ username, email, displayName }: Person) => {
    await sql`INSERT INTO users (id, username, email, display_name, status, must) VALUES
      (${userId}, ${username}, ${email}, ${displayName}, 'active', 0)`.execute(db)
    await sql`INSERT INTO secrets VALUES (${userId}, NULL, 0)`.execute(db)
  }
  const store = sqlUserStore(db, {
    table: 'users',
    ...layouts[layout],
    status: { column: 'status', active: ['active'] },
    privileged: noPrivilegedUsers,
    hasher: cheapHasher,
  } as AnyOptions)
  return {
    store,
    add,
    giveIdTo: async (person: Person) => {
      await sql`DELETE FROM secrets`.execute(db)
      await sql`DELETE FROM users`.execute(db)
      await add(person)
    },
    hashes: async () => {
      const { rows } = await sql`SELECT hash, secret FROM users
        JOIN secrets ON user_id = id`.execute(db)
      return rows
    },
  }
}

const userId = 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'
const conflict = {
  outcome: 'refused',
  code: 'conflict',
  detail: { reason: 'changed_during_write' },
}

function suite(open: () => AnyDatabase, types: readonly Types[]): void {
  const each = Object.keys(layouts) as readonly (keyof typeof layouts)[]

  for (const layout of each) {
    it.each(others)(`is not reset by the id with %s, the password ${layout}`, async (_, change) => {
      const account = await accountOn(open(), layout)
      await account.add(ada)
      const found = await foundIn(account.store, userId)
      await account.giveIdTo({ ...ada, ...change })
      expect(await written(found)).toMatchObject(conflict)
      expect(await account.hashes()).toEqual([{ hash: null, secret: null }])
    })

    it(`is reset where nothing tells two accounts apart, the password ${layout}`, async () => {
      for (const person of [ada, { username: 'ada', email: null, displayName: '' }]) {
        const account = await accountOn(open(), layout)
        await account.add(person)
        const found = await foundIn(account.store, userId)
        await account.giveIdTo(person)
        expect(await written(found)).toMatchObject({ outcome: 'applied' })
      }
    })
  }

  it.each(types)('is told from another one by names in columns of $text, $id', async (given) => {
    const account = await accountOn(open(), 'in the table of the accounts', given)
    await account.add(ada)
    const first = await foundIn(account.store, userId)
    for (const change of [{ username: 'Ada' }, { email: null }, { displayName: 'Eve' }]) {
      await account.giveIdTo({ ...ada, ...change })
      expect(await written(first)).toMatchObject(conflict)
    }
    const { user } = await foundIn(account.store, userId)
    expect(await resetIn(account.store, userId, user.version)).toMatchObject({ ok: true })
  })
}

const utf8 = new TextEncoder()

describeOnSqlite('somebody else with the id of an account on SQLite', (on) => {
  suite(
    () => on.db,
    [{ text: 'TEXT COLLATE NOCASE' }, { text: 'BLOB' }, { text: 'TEXT', id: 'TEXT' }],
  )

  it('is told from them by bytes that are no text, and each of them can be reset', async () => {
    const account = await accountOn(on.db, 'in the table of the accounts')
    await account.add(ada)
    await sql`UPDATE users SET display_name = CAST(x'416461FF' AS TEXT)`.execute(on.db)
    const found = await foundIn(account.store, userId)
    await sql`UPDATE users SET display_name = CAST(x'416461FE' AS TEXT)`.execute(on.db)
    expect(await written(found)).toMatchObject(conflict)
    expect(await written(await foundIn(account.store, userId))).toMatchObject({
      outcome: 'applied',
    })
  })

  it('is told from them by the version, also where it is a number that starts again', async () => {
    const account = await accountOn(on.db, 'in the table of the accounts')
    await account.add(ada)
    const store = sqlUserStore(on.db, {
      table: 'users',
      columns: { id: 'id', ...identity, passwordHash: 'hash' },
      status: { column: 'status', active: ['active'] },
      privileged: noPrivilegedUsers,
      hasher: cheapHasher,
      versionColumn: { column: 'must', raisedBy: 'reset' },
    } as AnyOptions)
    const { version } = await userIn(store, userId)
    for (const change of [{ username: 'bob' }, { email: null }]) {
      await account.giveIdTo({ ...ada, ...change })
      expect((await userIn(store, userId)).version).not.toBe(version)
    }
    await account.giveIdTo(ada)
    expect((await userIn(store, userId)).version).toBe(version)
  })
})

describeOnPostgres(
  'somebody else with the id of an account on PostgreSQL',
  (on) => {
    beforeAll(async () => {
      await sql`CREATE COLLATION plain (provider = icu, locale = 'und-u-ks-level1',
      deterministic = false)`.execute(on.db)
    })
    suite(
      () => on.db,
      [
        { id: 'uuid' },
        { text: 'citext' },
        { text: 'char(40)' },
        { text: 'text COLLATE plain' },
        { text: 'bytea' },
      ],
    )
  },
  { sql: 'CREATE EXTENSION citext' },
)

describeOnMariaDb('somebody else with the id of an account on MariaDB', (on) => {
  suite(
    () => on.db,
    [
      { id: 'uuid' },
      { text: 'varchar(40) COLLATE utf8mb4_general_ci' },
      { text: 'char(40)' },
      { text: 'varbinary(40)' },
      { text: 'varchar(40) CHARACTER SET latin1' },
      { text: 'varchar(40) CHARACTER SET utf16' },
    ],
  )

  it('is told from them by blanks at the end, which MariaDB takes for the same', async () => {
    const account = await accountOn(on.db, 'in the table of the accounts')
    await account.add(ada)
    const found = await foundIn(account.store, userId)
    await account.giveIdTo({ ...ada, username: 'ada ' })
    expect(await written(found)).toMatchObject(conflict)
  })

  it('is told from them by bytes that are no text, and each of them can be reset', async () => {
    const account = await accountOn(on.db, 'in the table of the accounts', {
      text: 'varbinary(40)',
    })
    await account.add(ada)
    const name = (last: number) => Buffer.from([...utf8.encode('Ada'), last])
    await sql`UPDATE users SET display_name = ${name(0xff)}`.execute(on.db)
    const found = await foundIn(account.store, userId)
    await sql`UPDATE users SET display_name = ${name(0xfe)}`.execute(on.db)
    expect(await written(found)).toMatchObject(conflict)
    expect(await written(await foundIn(account.store, userId))).toMatchObject({
      outcome: 'applied',
    })
  })
})
