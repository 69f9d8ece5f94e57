import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { noPrivilegedUsers } from '@force-reset/core'
import { expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import { namedProblems } from '../fixtures/named-problems.ts'
import { describeWithMariaDb, describeWithPostgres } from '../fixtures/on-databases.ts'
import { foundIn, resetIn, userIn, written } from '../fixtures/reset-in.ts'
import type { TestDatabase } from '../fixtures/server-databases.ts'
import type { AnyOptions, Row } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const options = {
  table: 'users',
  columns: {
    id: 'id',
    username: 'username',
    passwordHash: 'hash',
    mustChange: 'must',
    expiresAt: 'expires',
  },
  status: { column: 'status', active: ['active'], suspended: ['suspended'] },
  privileged: { column: 'role', values: ['admin'] },
  hasher: cheapHasher,
} as const

/** A reset of the first account, by these options, in this table. */
async function resetOn(
  { db, probe, close }: TestDatabase,
  statements: readonly string[],
  change: Partial<AnyOptions> = {},
) {
  for (const statement of statements) await probe.run(statement)
  const store = sqlUserStore(db, { ...options, ...change } as AnyOptions)
  const [user] = (await store.list({ search: 'ad', statuses: ['active'] })).users
  if (user === undefined) throw new Error('Nobody is listed')
  expect((await userIn(store, user.id)).version).toBe(user.version)
  const result = await resetIn(store, user.id, user.version)
  const [row] = await probe.run('SELECT * FROM users')
  await close()
  return {
    ok: result.ok,
    code: result.ok ? undefined : result.code,
    row,
    receipt: result.ok ? result.receipt : undefined,
  }
}

describeWithPostgres('columns of unusual types on PostgreSQL', (on) => {
  it('may be enumerations, fixed-length text, small numbers', async () => {
    const { ok, row } = await resetOn(await on.open(), [
      "CREATE TYPE status AS ENUM ('active', 'suspended')",
      "CREATE TYPE role AS ENUM ('member', 'admin')",
      'CREATE TABLE users (id smallint PRIMARY KEY, username varchar(20), status status, ' +
        'role role, hash char(300), must boolean, expires timestamptz)',
      "INSERT INTO users VALUES (-3, 'ada', 'active', 'member', 'x', false, null)",
    ])
    expect(ok).toBe(true)
    expect(row).toMatchObject({ must: true, expires: expect.any(Date) })
  })

  it('may store the hash in their own form, also with inTransaction', async () => {
    const statements = [
      'CREATE TABLE users (id int PRIMARY KEY, username text, status text, role text, ' +
        'hash bytea, must boolean, expires timestamptz)',
      "INSERT INTO users VALUES (1, 'ada', 'active', 'member', 'x', false, null)",
    ]
    expect(
      (
        await resetOn(await on.open(), statements, {
          inTransaction: async () => undefined,
        })
      ).ok,
    ).toBe(true)
  })

  it.each([
    [
      'a role that is no number',
      { privileged: { table: 'roles', userId: 'user_id', role: 'role_id', values: ['admin'] } },
      'roles.role_id (privileged.role)',
    ],
    ['a tenant that is no number', { scope: { tenant: 'north' } }, 'users.tenant (scope)'],
    ['a provider that no row can have', { scope: { kind: 'guest' } }, 'users.kind (scope)'],
  ])('%s is named, and not taken for an id that nobody has', async (_, change, column) => {
    const { db, probe, close } = await on.open()
    await probe.run("CREATE TYPE kind AS ENUM ('staff')")
    await probe.run(
      'CREATE TABLE users (id int PRIMARY KEY, username text, status text, role text, hash text, ' +
        'must boolean, expires timestamptz, tenant int, kind kind)',
    )
    await probe.run('CREATE TABLE roles (user_id int, role_id int)')
    await probe.run(
      "INSERT INTO users VALUES (1, 'ada', 'active', 'member', 'x', false, null, 7, 'staff')",
    )
    const store = sqlUserStore(db, { ...options, ...change } as AnyOptions)
    const schema = { code: 'store_unavailable', detail: { key: 'schema' } }
    await expect(store.find('1')).rejects.toMatchObject(schema)
    await expect(store.list({})).rejects.toMatchObject(schema)
    expect(await store.find('not-a-number')).toBeUndefined()
    expect(await namedProblems(db, { ...options, ...change } as AnyOptions)).toEqual([
      `Column ${column}: it is of another type than a value of the options that it is compared ` +
        'with.',
    ])
    await close()
  })

  it('are named where the store cannot read or search with them', async () => {
    const { db, probe, close } = await on.open()
    const problems = async (change: Partial<AnyOptions>) =>
      await namedProblems(db, { ...options, ...change } as AnyOptions)
    await probe.run("CREATE TYPE status AS ENUM ('active')")
    await probe.run(
      'CREATE TABLE users (id int PRIMARY KEY, username text, status status, role text, ' +
        'hash text, must boolean, expires timestamptz, number int, extra jsonb)',
    )
    await probe.run('CREATE TABLE credentials (user_id varchar(20), hash text)')
    expect(await problems({})).toEqual([
      'Column users.status (status): it is of another type than a value of the options that it ' +
        'is compared with.',
    ])
    const status = { column: 'status', active: ['active'] }
    expect(await problems({ status })).toEqual([])
    for (const change of [{ username: 'number' }, { email: 'extra' }])
      expect(await problems({ status, columns: { ...options.columns, ...change } })).toEqual([
        expect.stringMatching(/^Searching accounts: /),
      ])
    const { passwordHash, ...columns } = options.columns
    const credentials = { table: 'credentials', userId: 'user_id', columns: { passwordHash } }
    expect(await problems({ status, columns, credentials } as Partial<AnyOptions>)).toEqual([
      expect.stringMatching(/^Reading accounts: /),
    ])
    await close()
  })

  it('may be timestamps with microseconds, which no driver can hold exactly', async () => {
    const { ok } = await resetOn(
      await on.open(),
      [
        'CREATE TABLE users (id uuid PRIMARY KEY, username text, confirmed timestamptz, ' +
          'hash text, must boolean, expires timestamptz)',
        "INSERT INTO users VALUES (gen_random_uuid(), 'ada', '2024-05-06 07:08:09.123456+00', " +
          'null, false, null)',
      ],
      {
        privileged: noPrivilegedUsers,
        status: {
          columns: ['confirmed'],
          of: ({ confirmed }: Readonly<Record<string, unknown>>) =>
            confirmed ? 'active' : 'pending',
        },
      } as Partial<AnyOptions>,
    )
    expect(ok).toBe(true)
  })

  it("may be PostgreSQL's own versions: xmin moves with every change of the row", async () => {
    const database = await on.open()
    await database.probe.run(
      'CREATE TABLE users (id int PRIMARY KEY, username text, status text, role text, hash text, ' +
        'must boolean, expires timestamptz, failed int)',
    )
    await database.probe.run(
      "INSERT INTO users VALUES (1, 'ada', 'active', 'member', 'x', false, null, 0)",
    )
    const store = () =>
      sqlUserStore(database.db, {
        ...options,
        versionColumn: { column: 'xmin', raisedBy: 'database' },
      })
    expect(
      await namedProblems(database.db, {
        ...options,
        versionColumn: { column: 'xmin', raisedBy: 'database' },
      }),
    ).toEqual([])
    const { version } = await userIn(store(), '1')
    await database.probe.run('UPDATE users SET failed = failed + 1')
    expect(await resetIn(store(), '1', version)).toMatchObject({ ok: false, code: 'conflict' })
    const seen = await userIn(store(), '1')
    expect((await userIn(store(), '1')).version).toBe(seen.version)
    const results = await Promise.all(
      Array.from({ length: 20 }, () => resetIn(store(), '1', seen.version)),
    )
    expect(results.filter((result) => result.ok)).toHaveLength(1)
    expect(results.filter((result) => !result.ok && result.code === 'conflict')).toHaveLength(19)
    // The row that was seen, and not only the version: a change in between makes the write miss.
    const stale = await userIn(store(), '1')
    const late = store()
    const found = await foundIn(late, '1')
    await database.probe.run('UPDATE users SET failed = failed + 1')
    expect(found.user.version).toBe(stale.version)
    expect(await written(found)).toMatchObject({
      outcome: 'refused',
      code: 'conflict',
    })
    await database.close()
  })

  it('may be lists of roles, read by a function', async () => {
    const database = await on.open()
    await database.probe.run(
      'CREATE TABLE users (id int PRIMARY KEY, username text, status text, roles text[], ' +
        'tags jsonb, hash text)',
    )
    await database.probe.run(
      `INSERT INTO users VALUES (1, 'ada', 'active', '{member}', '{"a": 1}', 'x'), (2, 'bob', ` +
        `'active', '{member,admin}', '{}', 'x')`,
    )
    const store = sqlUserStore(database.db, {
      ...options,
      columns: { id: 'id', username: 'username', passwordHash: 'hash' },
      privileged: {
        columns: ['roles', 'tags'],
        of: ({ roles }: Row) => Array.isArray(roles) && roles.includes('admin'),
      },
    })
    expect(
      (await store.list({})).users.map(({ username, privileged }) => [username, privileged]),
    ).toEqual([
      ['ada', false],
      ['bob', true],
    ])
    expect(await written(await foundIn(store, '1'))).toMatchObject({
      outcome: 'applied',
    })
    await database.close()
  })

  it('may be in another schema, and the moment in a form of one’s own', async () => {
    const { ok, row, receipt } = await resetOn(
      await on.open(),
      [
        'CREATE TABLE users (id bigint PRIMARY KEY, username text, status text, role text, ' +
          'hash text, must text, expires bigint)',
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
    const database = await on.open()
    const name = `other_${Date.now()}`
    const { ok } = await resetOn(
      database,
      [
        `CREATE SCHEMA ${name}`,
        `CREATE TABLE ${name}.users (id int PRIMARY KEY, username text, status text, role text, ` +
          'hash text, must boolean, expires timestamptz)',
        `INSERT INTO ${name}.users VALUES (1, 'ada', 'active', 'member', 'x', false, null)`,
        'CREATE VIEW users AS SELECT 1 AS id',
      ],
      { table: `${name}.users` },
    )
    expect(ok).toBe(true)
  })
})

describeWithMariaDb('columns of unusual types on MariaDB', (on) => {
  it.each([
    [
      'enumerations and fixed-length text',
      "id char(8) PRIMARY KEY, username varchar(20), status enum('active', 'suspended'), " +
        "role enum('member', 'admin'), hash char(255), must bit(1), expires datetime",
      "'a-1', 'ada', 'active', 'member', 'x', 0, null",
    ],
    [
      'UUIDs and timestamps',
      'id uuid PRIMARY KEY, username varchar(20), status varchar(20), role varchar(20), ' +
        'hash text, must tinyint(1), expires timestamp(6) NULL',
      "uuid(), 'ada', 'active', 'member', 'x', 0, null",
    ],
    [
      'large unsigned numbers and another character set',
      'id bigint unsigned PRIMARY KEY, username varchar(20) CHARACTER SET latin1, ' +
        'status varchar(20) CHARACTER SET latin1, role varchar(20) CHARACTER SET ascii, ' +
        'hash varbinary(300), must int, expires datetime(3)',
      "18446744073709551615, 'adé', 'active', 'member', 'x', 0, null",
    ],
  ])('may be %s', async (_, columns, values) => {
    const { ok, code } = await resetOn(await on.open(), [
      `CREATE TABLE users (${columns})`,
      `INSERT INTO users VALUES (${values})`,
    ])
    expect({ ok, code }).toEqual({ ok: true, code: undefined })
  })

  it.each([
    'datetime(3)',
    'timestamp(3) NULL',
    'varchar(24) CHARACTER SET ascii',
    'varchar(40)',
    'text',
  ])(
    'may hold the end of a temporary password as %s, which is the same moment for whoever reads ' +
      'it, in each time zone',
    async (type) => {
      const { probe, close } = await on.open()
      await probe.run(
        'CREATE TABLE users (id int PRIMARY KEY, username varchar(20), status varchar(20), ' +
          `hash text, expires ${type})`,
      )
      await probe.run("INSERT INTO users VALUES (1, 'ada', 'active', 'x', null)")
      const [{ name } = {}] = await probe.run('SELECT DATABASE() AS name')
      const { user, password, host, port, ca } = on.server
      const uri = `mysql://${user}:${password}@${host}:${port}/${name}`
      const script = fileURLToPath(
        new URL('../fixtures/expiry-in-zone.fixture.ts', import.meta.url),
      )
      for (const timezone of ['local', 'Z']) {
        const parameters = [
          '--conditions',
          '@force-reset/source',
          script,
          uri,
          ca,
          timezone,
          '2026-11-25T07:28:33.533Z',
        ]
        const { stdout } = await promisify(execFile)(process.execPath, parameters, {
          env: { TZ: 'Asia/Tokyo' },
        })
        expect(stdout).toBe('2026-11-25T07:28:33.533Z')
      }
      await close()
    },
  )

  it('may be bits, read as numbers: nobody privileged passes for ordinary', async () => {
    for (const [yes, no] of [
      [true, false],
      [1, 0],
    ]) {
      const { db, probe, close } = await on.open()
      await probe.run(
        'CREATE TABLE users (id int PRIMARY KEY, username varchar(20), enabled bit(1), ' +
          'is_admin bit(1), hash text, must bit(1), expires datetime)',
      )
      await probe.run(
        "INSERT INTO users VALUES (1, 'ada', 1, 0, 'x', 0, null), (2, 'bob', 0, 0, 'x', 0, " +
          "null), (3, 'cid', 1, 1, 'x', 0, null)",
      )
      const store = sqlUserStore(db, {
        ...options,
        status: { column: 'enabled', active: [yes ?? null], suspended: [no ?? null] },
        privileged: { column: 'is_admin', values: [yes ?? null] },
      })
      const { users } = await store.list({})
      expect(users.map(({ status, privileged }) => [status, privileged])).toEqual([
        ['active', false],
        ['suspended', false],
        ['active', true],
      ])
      expect((await store.list({ statuses: ['active'] })).users).toHaveLength(2)
      const [ada] = users
      expect((await resetIn(store, '1', ada?.version ?? '')).ok).toBe(true)
      await close()
    }
  })

  it('may be hashes of an older kind, in bytes that are no text', async () => {
    const { db, probe, close } = await on.open()
    await probe.run(
      'CREATE TABLE users (id int PRIMARY KEY, username varchar(20), status varchar(20), ' +
        'role varchar(20), hash varbinary(200), must int, expires datetime)',
    )
    await probe.run("INSERT INTO users VALUES (1, 'ada', 'active', 'member', x'ff00fe', 0, null)")
    const store = sqlUserStore(db, options)
    const { version } = await userIn(store, '1')
    const late = await foundIn(store, '1')
    // As a text both would be question marks.
    await probe.run("UPDATE users SET hash = x'fd00fc'")
    expect((await userIn(store, '1')).version).not.toBe(version)
    expect(await written(late)).toMatchObject({
      outcome: 'refused',
      code: 'conflict',
    })
    expect(await resetIn(store, '1', (await userIn(store, '1')).version)).toMatchObject({
      ok: true,
    })
    expect(String((await probe.run('SELECT hash FROM users'))[0]?.['hash'])).toMatch(
      /^\$argon2id\$/,
    )
    await close()
  })

  it('may be sets of roles, and moments that are none', async () => {
    const { db, probe, close } = await on.open()
    await probe.run(
      'CREATE TABLE users (id int PRIMARY KEY, username varchar(20), status varchar(20), ' +
        "role set('member', 'admin'), hash text, must int, expires datetime, " +
        "made datetime DEFAULT '0000-00-00')",
    )
    await probe.run(
      "INSERT INTO users (id, username, status, role) VALUES (1, 'ada', 'active', " +
        "'member,admin'), (2, 'bob', 'active', 'member')",
    )
    const { users } = await sqlUserStore(db, {
      ...options,
      columns: { ...options.columns, createdAt: 'made' },
    }).list({})
    expect(users.map(({ privileged, createdAt }) => [privileged, createdAt])).toEqual([
      [true, undefined],
      [false, undefined],
    ])
    await close()
  })

  it('holds to a tenant that is a number, whatever the type of its column', async () => {
    const { db, probe, close } = await on.open()
    await probe.run(
      'CREATE TABLE users (id int PRIMARY KEY, username varchar(20), status varchar(20), ' +
        'role varchar(20), hash text, must int, expires datetime, firm varchar(20), branch int)',
    )
    await probe.run(
      "INSERT INTO users VALUES (1, 'ada', 'active', 'member', 'x', 0, null, 'acme', 0), (2, " +
        "'bob', 'active', 'member', 'x', 0, null, '0', 7)",
    )
    const namesOf = async (scope: Readonly<Record<string, number | bigint>>) =>
      (await sqlUserStore(db, { ...options, scope }).list({})).users.map(({ username }) => username)
    expect(await namesOf({ firm: 0 })).toEqual(['bob'])
    expect(await namesOf({ firm: 0n })).toEqual(['bob'])
    expect(await namesOf({ branch: 7 })).toEqual(['bob'])
    expect(await namesOf({ branch: 0 })).toEqual(['ada'])
    await close()
  })

  it('compares bytes: a status in other letters is not the one that was seen', async () => {
    const database = await on.open()
    await database.probe.run(
      'CREATE TABLE users (id int PRIMARY KEY, username varchar(20), status varchar(20), ' +
        'role varchar(20), hash text, must int, expires datetime)',
    )
    await database.probe.run(
      "INSERT INTO users VALUES (1, 'ada', 'ACTIVE', 'member', 'x', 0, null)",
    )
    const store = sqlUserStore(database.db, options)
    expect((await userIn(store, '1')).status).toBe('unknown')
    expect((await store.list({ statuses: ['unknown'] })).users.map(({ id }) => id)).toEqual(['1'])
    expect((await store.list({ statuses: ['active'] })).users).toEqual([])
    await database.close()
  })
})
