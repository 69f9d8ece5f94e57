import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { CamelCasePlugin, Kysely, MysqlDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import { describe, expect, it } from 'vitest'
import { namedProblems } from '../fixtures/named-problems.ts'
import {
  describeWithMariaDb,
  describeWithPostgres,
  type RunningServer,
} from '../fixtures/on-databases.ts'
import type { TestDatabase } from '../fixtures/server-databases.ts'
import { argon2id } from '../hashing/argon2.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyDatabase, AnyOptions, AnyTables } from '../options/any-database.ts'

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
  hasher: argon2id({ memoryKib: 8, passes: 1 }),
} as const

/** The columns of a table that fits; a case says others. */
type Columns = Readonly<
  Record<'id' | 'username' | 'status' | 'role' | 'hash' | 'must' | 'expires', string>
>

interface Case {
  readonly what: string
  readonly columns?: Partial<Columns>
  /** Statements before or after the table of users. */
  readonly before?: readonly string[]
  readonly after?: readonly string[]
  readonly change?: Readonly<Record<string, unknown>>
  readonly problem: string
}

/** Does some work on a fresh database, and closes the database. */
function onFresh({ open }: RunningServer<unknown>) {
  return async <T>(work: (database: TestDatabase) => Promise<T>): Promise<T> => {
    const database = await open()
    try {
      return await work(database)
    } finally {
      await database.close()
    }
  }
}

async function problemsOf(
  db: AnyDatabase,
  usual: Columns,
  { columns, before = [], after = [], change }: Omit<Case, 'what' | 'problem'>,
) {
  const table = Object.entries({ ...usual, ...columns }).map(([name, type]) => `${name} ${type}`)
  for (const text of [...before, `CREATE TABLE users (${table.join()})`, ...after])
    await sql.raw(text).execute(db)
  return await namedProblems(db, { ...options, ...change } as AnyOptions)
}

const hashIsTooLong = (characters: number, length: number) =>
  `Column users.hash (columns.passwordHash): it holds ${characters} characters, and what the ` +
  `hasher makes has ${length}.`
const generated = (name: string) =>
  `Column users.${name}: the database generates it, so a reset cannot write it. Name a column ` +
  'that can be written.'
const noMoment = (type: string, cure: string) =>
  `Column users.expires (columns.expiresAt): its type, ${type}, holds no moment as a reset ` +
  `writes it. Take ${cure}, or a function: expiresAt: { column, write }.`
const number =
  'it is an enumeration, in which a number is a place and not a value. Write the values of the ' +
  'options as text.'

describe('what checkSqlTable names on SQLite', () => {
  const usual: Columns = {
    id: 'INTEGER PRIMARY KEY',
    username: 'TEXT',
    status: 'TEXT',
    role: 'TEXT',
    hash: 'VARCHAR(60)',
    must: 'BOOLEAN',
    expires: 'DATETIME',
  }
  const open = () => new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
  const untyped =
    'Column users.id (columns.id): it has no type for text or numbers. An account whose id is ' +
    'a number or bytes is listed, but not found. Declare it TEXT or INTEGER.'

  it('is nothing where the table fits', async () => {
    expect(await problemsOf(open(), usual, {})).toEqual([])
  })

  const cases: readonly Case[] = [
    { what: 'an id without a type', columns: { id: '' }, problem: untyped },
    { what: 'an id of bytes', columns: { id: 'BLOB' }, problem: untyped },
    {
      what: 'an expiry that is required, so that no password of the user’s own can be set',
      columns: { expires: 'TEXT NOT NULL' },
      problem:
        'Column users.expires (columns.expiresAt): it is NOT NULL, and NULL is written to it. ' +
        'Drop the NOT NULL.',
    },
    {
      what: 'a lock that is required, lifted with nothing',
      after: ['ALTER TABLE users ADD locked_until TEXT NOT NULL DEFAULT 0'],
      change: { unlock: { set: { locked_until: null } } },
      problem:
        'Column users.locked_until (unlock.set): it is NOT NULL, and NULL is written to it. Drop ' +
        'the NOT NULL.',
    },
    {
      what: 'an expiry that is a number',
      columns: { expires: 'INTEGER' },
      problem: noMoment('integer', 'text'),
    },
    {
      what: 'a generated column',
      columns: { must: "INT AS (status = 'new') STORED" },
      problem: generated('must (columns.mustChange)'),
    },
    {
      what: 'a view',
      after: ['ALTER TABLE users RENAME TO people', 'CREATE VIEW users AS SELECT * FROM people'],
      problem: 'Table users: it is a view, which SQLite does not change. Name the table behind it.',
    },
    {
      what: 'a view that a trigger changes, and whose changed rows SQLite does not count',
      after: [
        'ALTER TABLE users RENAME TO people',
        'CREATE VIEW users AS SELECT * FROM people',
        'CREATE TRIGGER t INSTEAD OF UPDATE ON users BEGIN UPDATE people SET hash = NEW.hash; END',
      ],
      problem: 'Table users: it is a view, which SQLite does not change. Name the table behind it.',
    },
  ]
  it.each(cases)('is $what', async ({ problem, ...given }) => {
    expect(await problemsOf(open(), usual, given)).toEqual([problem])
  })

  it('is a file that is read-only', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'check-'))
    const file = join(folder, 'users.db')
    const writable = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(file)) })
    expect(await problemsOf(writable, usual, {})).toEqual([])
    await writable.destroy()
    const db = new Kysely<AnyTables>({
      dialect: sqliteDialect(new DatabaseSync(file, { readOnly: true })),
    })
    expect(await namedProblems(db, options)).toContainEqual(
      expect.stringMatching(/^Column users\.hash .* The database is read-only/),
    )
    await db.destroy()
    rmSync(folder, { recursive: true })
  })

  it('is a hasher that fails, or gives the password away', async () => {
    const fails = () => Promise.reject(new Error('canary'))
    expect(await problemsOf(open(), usual, { change: { hasher: fails } })).toEqual([
      'hasher: The temporary password could not be hashed. Nothing was changed.',
    ])
    const plain = (bytes: Uint8Array) => `plain:${new TextDecoder().decode(bytes)}`
    expect(await problemsOf(open(), usual, { change: { hasher: plain } })).toEqual([
      expect.stringMatching(/^hasher: .*itself in it/),
    ])
  })

  it('is found through a plugin that rewrites names', async () => {
    const db = new Kysely<AnyTables>({
      dialect: sqliteDialect(new DatabaseSync(':memory:')),
      plugins: [new CamelCasePlugin()],
    })
    const columns = { ...options.columns, expiresAt: 'expiresAt' }
    const after = ['ALTER TABLE users ADD expires_at REAL']
    expect(await problemsOf(db, usual, { after, change: { columns } })).toEqual([
      expect.stringMatching(/^Column users\.expiresAt .* its type, real, holds no moment/),
    ])
    await db.destroy()
  })
})

describeWithPostgres('what checkSqlTable names on PostgreSQL', (running) => {
  const on = onFresh(running)
  const usual: Columns = {
    id: 'uuid PRIMARY KEY',
    username: 'text',
    status: 'text',
    role: 'text',
    hash: 'varchar(97)',
    must: 'boolean',
    expires: 'timestamptz',
  }

  it('is nothing where the table fits, whatever the form of its types', () =>
    on(async ({ db }) => {
      const before = [
        'CREATE DOMAIN flag AS boolean',
        'CREATE DOMAIN secret AS text CHECK (length(VALUE) > 20)',
      ]
      const columns = {
        must: 'flag',
        hash: 'secret',
        expires: 'timestamp(3)',
        id: 'int GENERATED ALWAYS AS IDENTITY',
      }
      expect(await problemsOf(db, usual, { before, columns })).toEqual([])
    }))

  const caseless =
    "CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
  const view =
    'Column users.hash (columns.passwordHash): it cannot be changed: a view, perhaps. Name the ' +
    'table behind it.'
  const cases: readonly Case[] = [
    {
      what: 'a collation that a search does not take',
      before: [caseless],
      columns: { username: 'text COLLATE caseless' },
      problem:
        'Column users.username (columns.username): its collation is not deterministic, and ' +
        'PostgreSQL searches no such text. Give the column another, or the type citext.',
    },
    {
      what: 'a column that is too short for the hash',
      columns: { hash: 'varchar(60)' },
      problem: hashIsTooLong(60, 93),
    },
    {
      what: 'a fixed length that is too short',
      columns: { hash: 'char(92)' },
      problem: hashIsTooLong(92, 93),
    },
    {
      what: 'an expiry that is required, so that no password of the user’s own can be set',
      columns: { expires: 'timestamptz NOT NULL' },
      problem:
        'Column users.expires (columns.expiresAt): it is NOT NULL, and NULL is written to it. ' +
        'Drop the NOT NULL.',
    },
    {
      what: 'a lock that is required, lifted with nothing',
      after: ['ALTER TABLE users ADD locked_until timestamptz NOT NULL DEFAULT now()'],
      change: { unlock: { set: { locked_until: null } } },
      problem:
        'Column users.locked_until (unlock.set): it is NOT NULL, and NULL is written to it. Drop ' +
        'the NOT NULL.',
    },
    {
      what: 'an expiry without a time',
      columns: { expires: 'date' },
      problem: noMoment('date', 'timestamptz'),
    },
    {
      what: 'an expiry without a day',
      columns: { expires: 'time' },
      problem: noMoment('time without time zone', 'timestamptz'),
    },
    {
      what: 'an expiry that is too short',
      columns: { expires: 'varchar(20)' },
      problem: noMoment('character varying', 'timestamptz'),
    },
    {
      what: 'a generated column',
      columns: { must: "boolean GENERATED ALWAYS AS (status = 'new') STORED" },
      problem: generated('must (columns.mustChange)'),
    },
    {
      what: 'a role that no account can have',
      columns: { role: 'int' },
      problem:
        'Column users.role (privileged): it is of another type than a value of the options that ' +
        'it is compared with.',
    },
    {
      what: 'a status that is boolean, with numbers, which PostgreSQL takes and does not write',
      columns: { status: 'boolean' },
      change: { status: { column: 'status', active: [1], suspended: [0] } },
      problem:
        'Column users.status (status): it is boolean, and PostgreSQL writes true and false: the ' +
        'values of the options have to be those.',
    },
    {
      what: 'row security without a policy for changes',
      after: [
        'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
        'ALTER TABLE users FORCE ROW LEVEL SECURITY',
        'CREATE POLICY look ON users FOR SELECT USING (true)',
      ],
      problem:
        'Table users: row security is on, and no policy of it lets anybody change a row. Add one ' +
        'FOR UPDATE.',
    },
  ]
  it.each(cases)('is $what', ({ problem, ...given }) =>
    on(async ({ db }) => {
      expect(await problemsOf(db, usual, given)).toEqual([problem])
    }),
  )

  it.each([
    ['a view that cannot be changed', 'CREATE VIEW users AS SELECT DISTINCT * FROM people'],
    ['a materialized view', 'CREATE MATERIALIZED VIEW users AS SELECT * FROM people'],
  ])('is %s', (_, text) =>
    on(async ({ db }) => {
      expect(
        await problemsOf(db, usual, { after: ['ALTER TABLE users RENAME TO people', text] }),
      ).toContain(view)
    }),
  )

  it('is not a view that can be changed, nor row security with a policy for changes', () =>
    on(async ({ db }) => {
      const after = [
        'ALTER TABLE users RENAME TO people',
        "CREATE VIEW users AS SELECT * FROM people WHERE status <> 'gone'",
        'ALTER TABLE people ENABLE ROW LEVEL SECURITY',
        'ALTER TABLE people FORCE ROW LEVEL SECURITY',
        'CREATE POLICY all_of ON people',
      ]
      expect(await problemsOf(db, usual, { after })).toEqual([])
      expect(await namedProblems(db, { ...options, table: 'people' })).toEqual([])
    }))

  it('is a missing right: to change an account, or to lock its rows in two tables', () =>
    on(async ({ db, probe }) => {
      const { mustChange, expiresAt, passwordHash, ...columns } = options.columns
      const credentials = {
        table: 'secrets',
        userId: 'user_id',
        columns: { passwordHash, mustChange, expiresAt },
      }
      const change = { columns, credentials }
      const after = [
        'CREATE TABLE secrets (user_id uuid, hash text, must boolean, expires timestamptz)',
      ]
      expect(await problemsOf(db, usual, { after, change })).toEqual([])
      await probe.run('REVOKE UPDATE ON users FROM app')
      expect(await namedProblems(db, { ...options, ...change } as AnyOptions)).toEqual([
        "Locking the rows of an account: the application's database user may not. Grant it " +
          'UPDATE on their tables.',
      ])
      await probe.run('REVOKE UPDATE ON secrets FROM app')
      expect(await namedProblems(db, { ...options, ...change } as AnyOptions)).toContain(
        "Column secrets.hash (credentials.columns.passwordHash): the application's database user " +
          'may not write it.',
      )
    }))
})

describeWithMariaDb('what checkSqlTable names on MariaDB', (running) => {
  const on = onFresh(running)
  const usual: Columns = {
    id: 'char(36) CHARACTER SET ascii PRIMARY KEY',
    username: 'varchar(90)',
    status: "enum('active', 'suspended')",
    role: 'varchar(9)',
    hash: 'varbinary(93)',
    must: 'bit(1)',
    expires: 'timestamp(6) NULL',
  }

  it('is nothing where enumerations and sets have the values, in any case', () =>
    on(async ({ db }) => {
      const after = [
        "ALTER TABLE users ADD locked enum('it''s open', 'shut') NOT NULL DEFAULT 'shut'",
      ]
      const columns = {
        status: "enum('Active', 'suspended')",
        role: "set('member', 'admin', 'owner')",
      }
      const change = {
        unlock: { set: { locked: "it's open" } },
        privileged: { column: 'role', values: ['admin', 'member,admin'] },
      }
      expect(await problemsOf(db, usual, { columns, after, change })).toEqual([])
    }))

  it('is nothing where the table fits, also when it is named with its database', () =>
    on(async ({ db }) => {
      expect(await problemsOf(db, usual, {})).toEqual([])
      const { rows } = await sql<{ name: string }>`SELECT DATABASE() AS name`.execute(db)
      expect(await namedProblems(db, { ...options, table: `${rows[0]?.name}.users` })).toEqual([])
    }))

  const cases: readonly Case[] = [
    {
      what: 'a column that is too short for the hash',
      columns: { hash: 'varchar(60)' },
      problem: hashIsTooLong(60, 93),
    },
    {
      what: 'bytes that are too few for the hash',
      columns: { hash: 'binary(92)' },
      problem: hashIsTooLong(92, 93),
    },
    {
      what: 'a hash that is a number',
      columns: { hash: 'bigint' },
      problem: 'Column users.hash (columns.passwordHash): its type, bigint, holds no text.',
    },
    {
      what: 'an expiry that is required, so that no password of the user’s own can be set',
      columns: { expires: 'datetime(3) NOT NULL' },
      problem:
        'Column users.expires (columns.expiresAt): it is NOT NULL, and NULL is written to it. ' +
        'Drop the NOT NULL.',
    },
    {
      what: 'a lock that is required, lifted with nothing',
      after: ['ALTER TABLE users ADD locked_until datetime NOT NULL DEFAULT now()'],
      change: { unlock: { set: { locked_until: null } } },
      problem:
        'Column users.locked_until (unlock.set): it is NOT NULL, and NULL is written to it. Drop ' +
        'the NOT NULL.',
    },
    {
      what: 'a lock that is an enumeration without the value that lifts it',
      after: ["ALTER TABLE users ADD locked enum('it''s open', 'shut') NOT NULL"],
      change: { unlock: { set: { locked: 'open' } } },
      problem:
        'Column users.locked (unlock.set): it is an enumeration without a value that the options ' +
        'name.',
    },
    {
      what: 'a status that is an enumeration without one of its values',
      columns: { status: "enum('active', 'blocked')" },
      problem:
        'Column users.status (status): it is an enumeration without a value that the options name.',
    },
    {
      what: 'must-change in an enumeration without the value that clears it',
      columns: { must: "enum('Y', 'n/a')" },
      change: {
        columns: { ...options.columns, mustChange: { column: 'must', on: 'Y', off: 'N' } },
      },
      problem:
        'Column users.must (columns.mustChange): it is an enumeration without a value that the ' +
        'options name.',
    },
    {
      what: 'an expiry without a time',
      columns: { expires: 'date' },
      problem: noMoment('date', 'datetime(3)'),
    },
    {
      what: 'an expiry that is a number',
      columns: { expires: 'bigint' },
      problem: noMoment('bigint', 'datetime(3)'),
    },
    {
      what: 'a generated column',
      columns: { must: "boolean AS (status = 'new')" },
      problem: generated('must (columns.mustChange)'),
    },
    {
      what: 'an id of bytes',
      columns: { id: 'binary(16)' },
      problem:
        'Column users.id (columns.id): it holds bytes, so accounts are listed, but not found. ' +
        'Name a generated column of text in its place.',
    },
    {
      what: 'a status that is an enumeration, with numbers',
      change: { status: { column: 'status', active: [1] } },
      problem: `Column users.status (status): ${number}`,
    },
    {
      what: 'a role of several bits',
      columns: { role: 'bit(8)' },
      change: { privileged: { column: 'role', values: [64] } },
      problem:
        'Column users.role (privileged): it holds several bits, which are read as a character. ' +
        'Use a function of the column.',
    },
    {
      what: 'a role that is a number, with a word',
      columns: { role: 'tinyint(1)' },
      problem:
        'Column users.role (privileged): it holds numbers, and a value of the options is other ' +
        'text. MariaDB and MySQL take that text for a number all the same. Write it as a number.',
    },
    {
      what: 'a lock that is an enumeration, lifted with a number',
      after: ["ALTER TABLE users ADD locked enum('0', '1') NOT NULL DEFAULT '0'"],
      change: { unlock: { set: { locked: 0 } } },
      problem: `Column users.locked (unlock.set): ${number}`,
    },
    {
      what: 'a token version that is no number',
      after: ['ALTER TABLE users ADD token char(36)'],
      change: { tokenVersion: 'token' },
      problem:
        'Column users.token (tokenVersion): it is no number, so a reset cannot raise it by one.',
    },
  ]
  it.each(cases)('is $what', ({ problem, ...given }) =>
    on(async ({ db }) => {
      expect(await problemsOf(db, usual, given)).toEqual([problem])
    }),
  )

  it('is a view that cannot be changed', () =>
    on(async ({ db }) => {
      const after = [
        'ALTER TABLE users RENAME TO people',
        'CREATE VIEW users AS SELECT DISTINCT * FROM people',
      ]
      expect(await problemsOf(db, usual, { after })).toContain(
        'Column users.hash (columns.passwordHash): it cannot be changed: a view, perhaps. Name ' +
          'the table behind it.',
      )
    }))

  it('is a right that is missing', () =>
    on(async ({ db }) => {
      await problemsOf(db, usual, {})
      const { rows } = await sql<{ name: string }>`SELECT DATABASE() AS name`.execute(db)
      const name = rows[0]?.name ?? ''
      await running.server.query(
        `CREATE USER reader@'127.0.0.1' IDENTIFIED BY 'reads-only'; GRANT SELECT ON ` +
          `${name}.users TO reader@'127.0.0.1'`,
      )
      const { host, port, ca } = running.server
      const pool = createPool({
        host,
        port,
        user: 'reader',
        password: 'reads-only',
        database: name,
        ssl: { ca },
      })
      const reader = new Kysely<AnyTables>({ dialect: new MysqlDialect({ pool }) })
      expect(await namedProblems(reader, options)).toContain(
        "Column users.hash (columns.passwordHash): the application's database user may not write " +
          'it.',
      )
      await reader.destroy()
    }))
})
