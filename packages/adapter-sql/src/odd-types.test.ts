import { type MariaDbServer, type PostgresServer, startMariaDb, startPostgres } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AnyOptions } from './any-database.ts'
import { cheapHasher } from './fixtures/conformance-subject.ts'
import { resetIn, userIn } from './fixtures/reset-in.ts'
import { mariaDbDatabase, mariaDbGrant, postgresDatabase, type TestDatabase } from './fixtures/server-databases.ts'
import { noPrivilegedUsers } from './options.ts'
import { sqlUserStore } from './sql-user-store.ts'

const options = {
  table: 'users',
  columns: { id: 'id', username: 'username', passwordHash: 'hash', mustChange: 'must', expiresAt: 'expires' },
  status: { column: 'status', active: ['active'], suspended: ['suspended'] },
  privileged: { column: 'role', values: ['admin'] },
  hasher: cheapHasher,
} as const

/** A reset of the first account, by these options, in this table. */
async function resetOn({ db, probe, close }: TestDatabase, statements: readonly string[], change: Partial<AnyOptions> = {}) {
  for (const statement of statements) await probe.run(statement)
  const store = sqlUserStore(db, { ...options, ...change } as AnyOptions)
  const [user] = (await store.list({ search: 'ad', statuses: ['active'] })).users
  if (user === undefined) throw new Error('Nobody is listed')
  expect((await userIn(store, user.id)).version).toBe(user.version)
  const result = await resetIn(store, user.id, user.version)
  const [row] = await probe.run('SELECT * FROM users')
  await close()
  return { ok: result.ok, code: result.ok ? undefined : result.code, row, receipt: result.ok ? result.receipt : undefined }
}

describeWithServer('postgres', 'columns of unusual types on PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(async () => await server?.stop())

  it('may be enumerations, fixed-length text, small numbers', async () => {
    const { ok, row } = await resetOn(await postgresDatabase(server), [
      "CREATE TYPE status AS ENUM ('active', 'suspended')",
      "CREATE TYPE role AS ENUM ('member', 'admin')",
      'CREATE TABLE users (id smallint PRIMARY KEY, username varchar(20), status status, role role, hash char(300), must boolean, expires timestamptz)',
      "INSERT INTO users VALUES (-3, 'ada', 'active', 'member', 'x', false, null)",
    ])
    expect(ok).toBe(true)
    expect(row).toMatchObject({ must: true, expires: expect.any(Date) })
  })

  it('may be timestamps with microseconds, which no driver can hold exactly', async () => {
    const { ok } = await resetOn(
      await postgresDatabase(server),
      [
        'CREATE TABLE users (id uuid PRIMARY KEY, username text, confirmed timestamptz, hash text, must boolean, expires timestamptz)',
        "INSERT INTO users VALUES (gen_random_uuid(), 'ada', '2024-05-06 07:08:09.123456+00', null, false, null)",
      ],
      {
        privileged: noPrivilegedUsers,
        status: { columns: ['confirmed'], of: ({ confirmed }: Readonly<Record<string, unknown>>) => (confirmed ? 'active' : 'pending') },
      } as Partial<AnyOptions>,
    )
    expect(ok).toBe(true)
  })

  it('may be in another schema, and the moment in a form of one’s own', async () => {
    const { ok, row, receipt } = await resetOn(
      await postgresDatabase(server),
      [
        'CREATE TABLE users (id bigint PRIMARY KEY, username text, status text, role text, hash text, must text, expires bigint)',
        "INSERT INTO users VALUES (9007199254740993, 'ada', 'active', 'member', 'x', 'no', null)",
      ],
      {
        columns: {
          ...options.columns,
          mustChange: { column: 'must', on: 'yes', off: 'no' },
          expiresAt: { column: 'expires', write: (moment) => moment.getTime() },
        },
      },
    )
    expect(ok).toBe(true)
    expect(row).toMatchObject({ must: 'yes', expires: String(receipt?.expiresAt?.getTime()) })
  })

  it('may be reached as schema.table', async () => {
    const database = await postgresDatabase(server)
    const name = `other_${Date.now()}`
    const { ok } = await resetOn(
      database,
      [
        `CREATE SCHEMA ${name}`,
        `CREATE TABLE ${name}.users (id int PRIMARY KEY, username text, status text, role text, hash text, must boolean, expires timestamptz)`,
        `INSERT INTO ${name}.users VALUES (1, 'ada', 'active', 'member', 'x', false, null)`,
        'CREATE VIEW users AS SELECT 1 AS id',
      ],
      { table: `${name}.users` },
    )
    expect(ok).toBe(true)
  })
})

describeWithServer('mariadb', 'columns of unusual types on MariaDB', () => {
  let server: MariaDbServer
  beforeAll(async () => {
    server = await startMariaDb()
    await server.query(mariaDbGrant)
  })
  afterAll(async () => await server?.stop())

  it.each([
    [
      'enumerations and fixed-length text',
      "id char(8) PRIMARY KEY, username varchar(20), status enum('active', 'suspended'), role enum('member', 'admin'), hash char(255), must bit(1), expires datetime",
      "'a-1', 'ada', 'active', 'member', 'x', 0, null",
    ],
    [
      'UUIDs and timestamps',
      'id uuid PRIMARY KEY, username varchar(20), status varchar(20), role varchar(20), hash text, must tinyint(1), expires timestamp(6) NULL',
      "uuid(), 'ada', 'active', 'member', 'x', 0, null",
    ],
    [
      'large unsigned numbers and another character set',
      'id bigint unsigned PRIMARY KEY, username varchar(20) CHARACTER SET latin1, status varchar(20) CHARACTER SET latin1, role varchar(20) CHARACTER SET ascii, hash varbinary(300), must int, expires datetime(3)',
      "18446744073709551615, 'adé', 'active', 'member', 'x', 0, null",
    ],
  ])('may be %s', async (_, columns, values) => {
    const { ok, code } = await resetOn(await mariaDbDatabase(server), [
      `CREATE TABLE users (${columns})`,
      `INSERT INTO users VALUES (${values})`,
    ])
    expect({ ok, code }).toEqual({ ok: true, code: undefined })
  })

  it('compares bytes: a status in other letters is not the one that was seen', async () => {
    const database = await mariaDbDatabase(server)
    await database.probe.run(
      'CREATE TABLE users (id int PRIMARY KEY, username varchar(20), status varchar(20), role varchar(20), hash text, must int, expires datetime)',
    )
    await database.probe.run("INSERT INTO users VALUES (1, 'ada', 'ACTIVE', 'member', 'x', 0, null)")
    const store = sqlUserStore(database.db, options)
    expect((await userIn(store, '1')).status).toBe('unknown')
    await database.close()
  })
})
