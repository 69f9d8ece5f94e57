import { DatabaseSync } from 'node:sqlite'
import { noPrivilegedUsers } from '@force-reset/core'
import {
  type MariaDbServer,
  type PostgresServer,
  startMariaDb,
  startPostgres,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import { namedProblems } from '../fixtures/named-problems.ts'
import { foundIn, written } from '../fixtures/reset-in.ts'
import { mariaDbDatabase, mariaDbGrant, postgresDatabase } from '../fixtures/server-databases.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyDatabase, AnyOptions, AnyTables } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

interface Given {
  /** Its type, with what it holds by default. */
  readonly column: string
  readonly mustChange: AnyOptions['columns']['mustChange']
}

const optionsFor = (mustChange: Given['mustChange']): AnyOptions => ({
  table: 'users',
  columns: { id: 'id', username: 'username', passwordHash: 'hash', mustChange },
  status: { column: 'status', active: ['active'] },
  privileged: noPrivilegedUsers,
  hasher: cheapHasher,
})

/** What a reset says and leaves behind in a column, and what `checkSqlTable` says of the column. */
async function resetWith(db: AnyDatabase, { column, mustChange }: Given) {
  await sql`CREATE TABLE users (id varchar(9) PRIMARY KEY, username varchar(9),
    status varchar(9), hash varchar(200), must ${sql.raw(column)})`.execute(db)
  await sql`INSERT INTO users (id, username, status, hash) VALUES ('1', 'ada', 'active',
    'old')`.execute(db)
  const options = optionsFor(mustChange)
  const store = sqlUserStore(db, options)
  const found = await foundIn(store, '1')
  const seen = [found.user.mustChange]
  const before = await found.check({ mustChange: true })
  const outcome = await written(found)
  seen.push((await foundIn(store, '1')).user.mustChange)
  seen.push((await store.list({})).users[0]?.mustChange)
  const { rows } = await sql<{ must: unknown; hash: string }>`SELECT must, hash FROM users`.execute(
    db,
  )
  const problems = await namedProblems(db, options)
  await sql`DROP TABLE users`.execute(db)
  return { before, outcome, seen, must: rows[0]?.must, hash: rows[0]?.hash, problems }
}

const refusal = {
  outcome: 'refused',
  code: 'must_change_ineffective',
  detail: { key: 'must_change_column' },
}

function suite(
  open: () => AnyDatabase,
  cases: {
    readonly refused: readonly Given[]
    readonly taken: readonly (Given & { must: unknown })[]
  },
) {
  it.each(cases.refused)(
    'is refused, and named, as $column, where it could say the opposite: $mustChange',
    async (given) => {
      const { before, outcome, hash, problems } = await resetWith(open(), given)
      expect(before).toMatchObject(refusal)
      expect(outcome).toMatchObject(refusal)
      expect(hash).toBe('old')
      expect(problems).toEqual([
        expect.stringMatching(
          /^Column users\.must \(columns\.mustChange\): .*\{ column, on: 'Y', off: 'N' \}/,
        ),
      ])
    },
  )

  it.each(cases.taken)('is written as $column: $mustChange', async ({ must, ...given }) => {
    const { before, outcome, problems, seen, ...row } = await resetWith(open(), given)
    expect(before).toEqual({ outcome: 'fit', rules: {} })
    expect(outcome).toMatchObject({ outcome: 'applied', receipt: { mustChange: 'application' } })
    expect(row.must).toEqual(must)
    expect(seen[0]).not.toBe(true)
    expect(seen.slice(1)).toEqual([true, true])
    expect(problems).toEqual([])
  })
}

const words = { column: 'must', on: 'Y', off: 'N' } as const
const numbers = { column: 'must', on: 1, off: 0 } as const

describe('a column for must-change on SQLite', () => {
  let db: AnyDatabase
  beforeAll(() => {
    db = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
  })
  afterAll(async () => await db.destroy())
  suite(() => db, {
    refused: [{ column: "TEXT DEFAULT 'N'", mustChange: 'must' }],
    taken: [
      { column: 'INTEGER', mustChange: 'must', must: 1 },
      { column: 'BOOLEAN NOT NULL DEFAULT FALSE', mustChange: 'must', must: 1 },
      { column: "TEXT DEFAULT 'N'", mustChange: words, must: 'Y' },
      { column: 'INTEGER DEFAULT 0', mustChange: numbers, must: 1 },
    ],
  })
})

describeWithServer('postgres', 'a column for must-change on PostgreSQL', () => {
  let server: PostgresServer
  let opened: Awaited<ReturnType<typeof postgresDatabase>>
  beforeAll(async () => {
    server = await startPostgres({
      sql: "CREATE TYPE yes_no AS ENUM ('N', 'Y'); CREATE DOMAIN flag AS boolean",
    })
    opened = await postgresDatabase(server)
  })
  afterAll(async () => {
    await opened?.close()
    await server?.stop()
  })
  suite(() => opened.db, {
    refused: [
      { column: "yes_no DEFAULT 'N'", mustChange: 'must' },
      { column: 'char(1)', mustChange: 'must' },
      { column: "text DEFAULT 'N'", mustChange: 'must' },
      { column: 'integer', mustChange: 'must' },
    ],
    taken: [
      { column: 'boolean', mustChange: 'must', must: true },
      { column: 'flag NOT NULL DEFAULT false', mustChange: 'must', must: true },
      { column: "yes_no DEFAULT 'N'", mustChange: words, must: 'Y' },
      { column: 'char(1)', mustChange: words, must: 'Y' },
      { column: 'smallint', mustChange: numbers, must: 1 },
    ],
  })
})

describeWithServer('mariadb', 'a column for must-change on MariaDB', () => {
  let server: MariaDbServer
  let opened: Awaited<ReturnType<typeof mariaDbDatabase>>
  beforeAll(async () => {
    server = await startMariaDb()
    await server.query(mariaDbGrant)
    opened = await mariaDbDatabase(server)
  })
  afterAll(async () => {
    await opened?.close()
    await server?.stop()
  })
  suite(() => opened.db, {
    refused: [
      { column: "enum('N', 'Y')", mustChange: 'must' },
      { column: "enum('0', '1') NOT NULL DEFAULT '0'", mustChange: 'must' },
      { column: "enum('0', '1') NOT NULL DEFAULT '0'", mustChange: numbers },
      { column: "enum('N', 'Y')", mustChange: { column: 'must', on: true, off: null } },
      { column: "set('N', 'Y')", mustChange: 'must' },
      { column: "char(1) CHARACTER SET latin1 DEFAULT 'N'", mustChange: 'must' },
    ],
    taken: [
      { column: 'boolean', mustChange: 'must', must: 1 },
      { column: 'decimal(1)', mustChange: numbers, must: '1' },
      { column: 'bit(1)', mustChange: 'must', must: Buffer.from([1]) },
      { column: "enum('N', 'Y')", mustChange: words, must: 'Y' },
      { column: "enum('0', '1')", mustChange: { column: 'must', on: '1', off: '0' }, must: '1' },
    ],
  })
})
