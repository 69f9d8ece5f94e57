import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import { hash } from 'bcryptjs'
import { CamelCasePlugin, Kysely, sql } from 'kysely'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  describeOnMariaDb,
  describeOnPostgres,
  describeOnSqlite,
} from '../fixtures/on-databases.ts'
import { argon2id } from '../hashing/argon2.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyDatabase, AnyOptions, AnyTables } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'
import { checkSqlTable } from './check-sql-table.ts'

const bcrypt = (cost: number) => (bytes: Uint8Array) => hash(new TextDecoder().decode(bytes), cost)

const options = {
  table: 'users',
  columns: { id: 'id', username: 'name', passwordHash: 'hash' },
  status: { column: 'state', active: ['on'] },
  privileged: { column: 'role', values: ['admin'] },
  hasher: argon2id(),
} satisfies AnyOptions

const salt = 'N9qo8uLOickgx2ZMRZoMye'

async function run(db: AnyDatabase, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) await sql.raw(text).execute(db)
}

/** One row for each beginning, with a hash of that beginning. */
async function fill(db: AnyDatabase, beginnings: readonly string[], more = ''): Promise<void> {
  await run(
    db,
    'DROP TABLE IF EXISTS users',
    `CREATE TABLE users (id varchar(36) PRIMARY KEY, name varchar(40), hash varchar(120),
      state varchar(9), role varchar(9)${more})`,
    ...beginnings.map(
      (beginning, i) =>
        `INSERT INTO users (id, name, hash, state) VALUES ('${i}', 'n${i}', '${beginning}', 'on')`,
    ),
  )
}

const bcryptHash = (prefix: string) => `${prefix}10$${salt}IjZAgcfl7p92ldGxad68LJZdL17lhWy`
const foreign = "Make sure that the application's sign-in verifies what the hasher makes."

function suite(on: { readonly db: AnyDatabase }, moment: string): void {
  beforeEach(async () => await fill(on.db, []))

  it('are none where nothing is stored yet, and where a tenth is like the hasher’s', async () => {
    expect(await checkSqlTable(on.db, options)).toEqual([])
    const argon = `$argon2id$v=19$m=19456,t=2,p=1$${salt}$${salt}`
    await fill(on.db, [argon, ...Array.from({ length: 9 }, () => bcryptHash('$2y$'))])
    expect(await checkSqlTable(on.db, options)).toEqual([])
  })

  it('name hashes of another prefix and of another algorithm, and print none', async () => {
    await fill(on.db, [bcryptHash('$2y$'), bcryptHash('$2y$'), bcryptHash('$2a$'), '', '!', '*'])
    const findings = await checkSqlTable(on.db, { ...options, hasher: bcrypt(10) })
    expect(findings).toEqual([
      {
        level: 'warning',
        message:
          'Column users.hash (columns.passwordHash): the hasher makes $2b$, and of 3 stored ' +
          `hashes that were read 2 are $2y$, 1 are $2a$. ${foreign} PHP and Laravel know $2y$ ` +
          'only, and pgcrypto $2a$: let the hasher write the prefix that is stored.',
      },
    ])
    expect(JSON.stringify(findings)).not.toContain(salt)
    await fill(on.db, ['5f4dcc3b5aa765d61d8327deb882cf99'])
    expect(await checkSqlTable(on.db, options)).toEqual([
      {
        level: 'warning',
        message:
          'Column users.hash (columns.passwordHash): the hasher makes $argon2id$, and of 1 ' +
          `stored hashes that were read 1 are 32 hexadecimal digits. ${foreign}`,
      },
    ])
  })

  it('name the tenant’s hashes only, also in a table of their own', async () => {
    await fill(on.db, [bcryptHash('$2y$')])
    expect(await checkSqlTable(on.db, { ...options, scope: { role: 'member' } })).toEqual([])
    await run(
      on.db,
      'DROP TABLE IF EXISTS secrets',
      'CREATE TABLE secrets (user_id varchar(36), kind varchar(9), hash varchar(120))',
      `INSERT INTO secrets VALUES ('1', 'password', '${bcryptHash('$2y$')}'), ('1', 'pin', '1234')`,
    )
    const credentials = {
      table: 'secrets',
      userId: 'user_id',
      where: { kind: 'password' },
      columns: { passwordHash: 'hash' },
    }
    const columns = { id: 'id', username: 'name' }
    const findings = await checkSqlTable(on.db, { ...options, columns, credentials })
    const [{ message = '' } = {}, ...others] = findings
    expect(others).toEqual([])
    expect(message).toMatch(/^Column secrets\.hash \(credentials\.columns\.passwordHash\): /)
    expect(message).toMatch(/ of 1 stored hashes that were read 1 are \$2y\$/)
  })

  it('name a hasher that costs an attacker too little', async () => {
    expect(await checkSqlTable(on.db, { ...options, hasher: bcrypt(4) })).toEqual([
      {
        level: 'warning',
        message: 'hasher: it makes bcrypt with a cost of 4; at least 10 is advised.',
      },
    ])
  })

  it('name a clock that is off by more than a minute, as a problem', async () => {
    for (const [offMs, words] of [
      [-3_600_000, /^The clock of this process is 3(599|600|601) seconds behind the database's/],
      [3_600_000, /^The clock of this process is 3(599|600|601) seconds ahead of the database's/],
    ] as const)
      expect(await checkSqlTable(on.db, { ...options, now: () => Date.now() + offMs })).toEqual([
        { level: 'problem', message: expect.stringMatching(words) },
      ])
    for (const offMs of [-50_000, 50_000])
      expect(await checkSqlTable(on.db, { ...options, now: () => Date.now() + offMs })).toEqual([])
  })

  it('name columns with tokens and times, unless the options end or set them', async () => {
    await fill(
      on.db,
      [],
      `, remember_token varchar(100), security_stamp varchar(40), password_salt varchar(40),
        updated_at ${moment}, password_changed_at ${moment}, two_factor_secret varchar(40),
        push_token varchar(40), created_at ${moment}`,
    )
    const findings = await checkSqlTable(on.db, options)
    expect(findings).toEqual([
      {
        level: 'warning',
        message:
          'Table users: "remember_token", "security_stamp", "password_salt" may hold tokens or a ' +
          'salt. Neither ended nor set names them, so a reset leaves them as they are.',
      },
      {
        level: 'warning',
        message:
          'Table users: "updated_at", "password_changed_at" may say when the row or the password ' +
          'changed, and set does not name them. A reset leaves them as they are, unless the ' +
          'database changes them.',
      },
    ])
    const told = await checkSqlTable(on.db, {
      ...options,
      hasher: async (bytes) => ({ hash: await options.hasher(bytes), values: { salt: 'x' } }),
      ended: [{ table: 'users', columns: { remember_token: null, security_stamp: () => 'x' } }],
      set: {
        password_salt: { fromHasher: 'salt' },
        updated_at: ({ now }) => now,
        password_changed_at: ({ now }) => now.toISOString().replace('Z', ''),
      },
    })
    expect(told).toEqual([])
  })

  it('are problems where a column to set is missing, required or too short', async () => {
    await fill(on.db, [], ', stamp varchar(8) NOT NULL, label varchar(8)')
    const problems = async (set: AnyOptions['set']) =>
      (await checkSqlTable(on.db, { ...options, set })).map(({ level, message }) => [
        level,
        message,
      ])
    expect(await problems({ gone: 1 })).toEqual([
      ['problem', 'Column users.gone (set.gone): it is missing.'],
    ])
    expect(await problems({ stamp: null })).toEqual([
      [
        'problem',
        'Column users.stamp (set.stamp): it is NOT NULL, and NULL is written to it. Drop the ' +
          'NOT NULL.',
      ],
    ])
    expect(await problems({ label: { fromHasher: 'salt' } })).toEqual([
      ['problem', expect.stringMatching(/^set\.label: The configuration gave no value/)],
    ])
    expect(
      await problems({
        label: () => {
          throw new Error('canary')
        },
      }),
    ).toEqual([['warning', expect.stringMatching(/^set\.label: its function failed/)]])
    if (moment !== 'text')
      expect(await problems({ label: () => 'nine signs' })).toEqual([
        [
          'problem',
          'Column users.label (set.label): it holds 8 characters, and a value that a reset ' +
            'writes has 10.',
        ],
      ])
  })
}

describe('the warnings of checkSqlTable', () => {
  describeOnSqlite('on SQLite', (on) => {
    suite(on, 'text')

    it('know names in other spellings, and behind a plugin that rewrites names', async () => {
      await fill(on.db, [], ', RememberToken TEXT, updatedAt TEXT')
      const warned = (await checkSqlTable(on.db, options)).map(({ message }) => message)
      expect(warned).toEqual([
        expect.stringContaining('"RememberToken"'),
        expect.stringContaining('"updatedAt"'),
      ])
      await fill(on.db, [], ', remember_token TEXT')
      const db = on.db.withPlugin(new CamelCasePlugin())
      const ended = [{ table: 'users', columns: { rememberToken: null } }]
      expect(await checkSqlTable(db, { ...options, ended })).toEqual([])
    })

    it('name a file whose locks are not waited for, and no database in memory', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'check-'))
      try {
        const database = new DatabaseSync(join(folder, 'users.db'))
        const db = new Kysely<AnyTables>({ dialect: sqliteDialect(database) })
        await fill(db, [])
        expect(await checkSqlTable(db, options)).toEqual([
          { level: 'warning', message: expect.stringMatching(/PRAGMA busy_timeout = 5000/) },
        ])
        database.exec('PRAGMA busy_timeout = 5000')
        expect(await checkSqlTable(db, options)).toEqual([])
        await db.destroy()
        await fill(on.db, [])
        expect(await checkSqlTable(on.db, options)).toEqual([])
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  })
  describeOnPostgres(
    'on PostgreSQL',
    (on) => {
      suite(on, 'timestamptz')

      it('name a connection whose statements wait for a lock for ever, or for long', async () => {
        await fill(on.db, [])
        const warned = (lock: string, statement: string) =>
          on.db.connection().execute(async (connection) => {
            await sql.raw(`SET lock_timeout = '${lock}'`).execute(connection)
            await sql.raw(`SET statement_timeout = '${statement}'`).execute(connection)
            return await checkSqlTable(connection, options)
          })
        const warning = { level: 'warning', message: expect.stringMatching(/^lock_timeout: .*960/) }
        expect(await warned('0', '0')).toEqual([warning])
        expect(await warned('20min', '0')).toEqual([warning])
        expect(await warned('0', '8s')).toEqual([])
        expect(await warned('3s', '0')).toEqual([])
      })
    },
    { settings: { lock_timeout: '60s' } },
  )
  describeOnMariaDb('on MariaDB', (on) => {
    suite(on, 'datetime(3)')

    it('name text that is to be set in a column of numbers', async () => {
      await fill(on.db, [], ', tries int')
      expect(await checkSqlTable(on.db, { ...options, set: { tries: 'three' } })).toEqual([
        {
          level: 'problem',
          message:
            'Column users.tries (set.tries): it holds numbers, and a value that a reset writes ' +
            'to it is other text. Name a number.',
        },
      ])
    })
  })
})

describe('a database of another copy of Kysely', () => {
  it('is refused in words that name the two copies', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kysely-'))
    try {
      const entry = createRequire(import.meta.url).resolve('kysely')
      const root = dirname(dirname(entry))
      cpSync(root, folder, { recursive: true })
      const other: typeof import('kysely') = await import(
        pathToFileURL(join(folder, 'dist', 'index.js')).href
      )
      expect(other.Kysely).not.toBe(Kysely)
      const database = sqliteDialect(new DatabaseSync(':memory:'))
      for (const adapter of [new other.SqliteAdapter(), new other.PostgresAdapter()]) {
        const db = new other.Kysely<AnyTables>({
          dialect: {
            createAdapter: () => adapter,
            createDriver: () => database.createDriver(),
            createIntrospector: (one) => new other.SqliteIntrospector(one),
            createQueryCompiler: () => new other.SqliteQueryCompiler(),
          },
        })
        expect(() => sqlUserStore(db, options)).toThrow(/^db comes from another copy .*npm ls/)
      }
      const foreignDialect = new other.Kysely<AnyTables>({
        dialect: {
          createAdapter: () => new other.MssqlAdapter(),
          createDriver: () => database.createDriver(),
          createIntrospector: (one) => new other.SqliteIntrospector(one),
          createQueryCompiler: () => new other.SqliteQueryCompiler(),
        },
      })
      expect(() => sqlUserStore(foreignDialect, options)).toThrow(/^db must be a Kysely instance/)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
