import { DatabaseSync } from 'node:sqlite'
import { forceReset, StoreError, type User, type UserStore } from '@force-reset/core'
import { conflict } from '@force-reset/core/store'
import { withWrite } from '@force-reset/core/testing'
import { faultSeed, randomNumbers } from '@force-reset/testing/faults'
import { leakCheck } from '@force-reset/testing/vitest'
import { verify } from 'argon2'
import { Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import { checkSqlTable } from '../check/check-sql-table.ts'
import { sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyOptions, AnyTables, Row } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

leakCheck()

/** `FAULT_RUNS=all` looks at many more tables. */
const tables = process.env['FAULT_RUNS'] === 'all' ? 200 : 12
/** Rows of a table. A page holds fewer. */
const rows = 7
/**
 * Pages after which a list does not end. Each row can stand twice in both tables, under one id, so
 * that an account is listed with each row of the other table.
 */
const mostPages = (2 * rows) ** 2

/** SQL of values that plausible columns do not hold. Without types SQLite keeps each as it is. */
const hostile = [
  ...['NULL', "''", "' '", '0', '-1', '1', '9223372036854775807', '-9223372036854775808'],
  ...['1e308', '9e999', '-9e999', '0.1', '-0.0', "'NaN'", "'Infinity'", "'TRUE'", "'0x10'"],
  ...["x''", "x'00'", "x'ff00ff'", "x'c0afeda080ff'", 'zeroblob(9000)', "CAST(x'ff80' AS TEXT)"],
  ...["'0000-00-00 00:00:00'", "'9999-12-31T23:59:60Z'", "'-4713-01-01'", "'275761-01-01'"],
  ...["'2026-02-30'", "'1'", "'-1'", "'user-1'", "'USER-1'", "'1' || char(0)", 'char(0)'],
  ...[
    "'active'",
    "'Active '",
    "'deleted'",
    "'active,deleted'",
    '\'["active"]\'',
    "'💥' || char(8238)",
  ],
  ...["printf('%.*c', 200000, 'x')", "'!'", "'*'", "'$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA'"],
] as const

const plausible: Readonly<Record<string, (number: number) => string>> = {
  id: (number) => `'${number}'`,
  username: (number) => `'user-${number}'`,
  email: (number) => `'user-${number}@example.test'`,
  display_name: (number) => `'User ${number}'`,
  status: () => "'active'",
  role: () => "'member'",
  provider: () => 'NULL',
  version: (number) => String(number),
  password_hash: (number) => `'hash-${number}'`,
  must_change_password: () => '0',
  password_expires_at: () => 'NULL',
  failed_logins: () => '0',
  created_at: () => "'2026-01-01T12:00:00Z'",
  updated_at: () => 'NULL',
}
const names = Object.keys(plausible)

const columns = { ...sqliteUsersOptions.columns, createdAt: 'created_at' } as const
const full = {
  ...sqliteUsersOptions,
  columns,
  privileged: { column: 'role', values: ['admin', 7] },
  unlock: { set: { failed_logins: 0 }, locked: (row: Row) => Number(row['failed_logins']) > 5 },
} satisfies AnyOptions

const { columns: own } = full
const { passwordHash, mustChange, expiresAt, ...shown } = own
const layouts: readonly (readonly [string, AnyOptions])[] = [
  ['in one table', full],
  [
    'with a version of its own',
    { ...full, versionColumn: { column: 'version', raisedBy: 'reset' } },
  ],
  ['with functions', { ...full, status: { columns: ['status'], of: statusOf } }],
  ['with a transaction', { ...full, inTransaction: async () => undefined }],
  [
    'in two tables',
    {
      ...full,
      columns: shown,
      credentials: {
        table: 'credentials',
        userId: 'id',
        columns: { passwordHash, mustChange, expiresAt },
      },
    },
  ],
] as readonly (readonly [string, AnyOptions])[]

function statusOf(row: Row): 'active' | 'deleted' {
  return row['status'] === 'active' ? 'active' : 'deleted'
}

/** Tables with rows of which some hold what no schema allows. */
function hostileTables(random: () => number, share: number): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  const pick = <T>(items: readonly T[]) => items[Math.floor(random() * items.length)]
  for (const table of ['users', 'credentials'])
    database.exec(`CREATE TABLE ${table} (${names.join()})`)
  for (let number = 1; number <= rows; number += 1) {
    const values = names.map((name) =>
      random() < share ? pick(hostile) : plausible[name]?.(number),
    )
    for (const table of ['users', 'credentials'])
      database.exec(`INSERT INTO ${table} VALUES (${values.join()})`)
    // The same row again, in one of the tables or in both.
    if (random() < share)
      database.exec(`INSERT INTO ${pick(['users', 'credentials'])} VALUES (${values.join()})`)
  }
  return database
}

const tableNames = ['users', 'credentials'] as const

/** Each row of both tables, by table and number. */
function everyRow(database: DatabaseSync): ReadonlyMap<string, Row> {
  const all = tableNames.flatMap((table) =>
    database
      .prepare(`SELECT rowid, ${names.map((name) => `hex(${name}) || typeof(${name}) AS ${name}`)},
        CAST(id AS TEXT) AS id_text, CAST(password_hash AS TEXT) AS hash_text FROM ${table}`)
      .all()
      .map((row): [string, Row] => [`${table} ${String(row['rowid'])}`, row]),
  )
  return new Map(all)
}

/** The rows that are not as they were. */
function changedIn(before: ReadonlyMap<string, Row>, database: DatabaseSync): readonly Row[] {
  return [...everyRow(database)].flatMap(([place, row]) =>
    JSON.stringify(row) === JSON.stringify(before.get(place)) ? [] : [row],
  )
}

const statuses = ['active', 'pending', 'suspended', 'deleted', 'unknown']
const isText = (given: unknown) => given === undefined || typeof given === 'string'

/** What an operator may not be shown. */
function nonsenseIn(user: User): string | undefined {
  const { id, username, email, displayName, version, status, privileged, createdAt } = user
  if (typeof id !== 'string') return 'no id'
  if (typeof version !== 'string' || version === '') return 'no version'
  if (![username, email, displayName].every(isText)) return 'a name that is no text'
  if (!statuses.includes(status)) return `a status ${status}`
  if (typeof privileged !== 'boolean') return 'no privilege'
  if (createdAt !== undefined && !Number.isFinite(createdAt.getTime())) return 'no date'
  return undefined
}

/** Failures of our own code and of the driver, which no row may cause. */
const foreign = ['driver_failed', 'database_error', 'schema', 'timeout']

/** Answers `undefined` where the work is done, or is refused for a reason that is documented. */
async function faultOf(work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof StoreError)) return `a foreign error: ${String(error)}`
    const key = error.detail?.reason === 'store' ? error.detail.key : undefined
    return key !== undefined && foreign.includes(key) ? key : undefined
  }
}

/** Every account of the list, a few at a time. */
async function everyPage(store: UserStore): Promise<readonly User[]> {
  const users: User[] = []
  let cursor: string | undefined
  for (let page = 0; page < mostPages; page += 1) {
    const found = await store.list({ limit: 2, ...(cursor !== undefined && { cursor }) })
    users.push(...found.users)
    cursor = found.nextCursor
    if (cursor === undefined) return users
  }
  throw new RangeError('The list does not end.')
}

/** Resets an account. Answers what is wrong with the answer, and whether a reset happened. */
async function resetOf(
  database: DatabaseSync,
  store: UserStore,
  { id, version }: User,
): Promise<{ readonly fault?: string | undefined; readonly applied: boolean }> {
  const before = everyRow(database)
  const config = { store, authorize: () => true, audit: () => undefined, allowPrivileged: true }
  const result = await forceReset(config, { operator: { id: 'operator' }, userId: id, version })
  const changed = changedIn(before, database)
  if (!result.ok) {
    if (changed.length > 0)
      return { fault: `${result.code}, and rows were changed`, applied: false }
    const key = result.detail?.reason === 'store' ? result.detail.key : ''
    return { fault: foreign.includes(key) ? key : undefined, applied: false }
  }
  const temporary = result.temporaryPassword.reveal()
  result.temporaryPassword.dispose()
  const hashes = changed.filter((row) => row['id_text'] === id)
  const fits = await Promise.all(
    hashes.map(async (row) => await verify(String(row['hash_text']), temporary).catch(() => false)),
  )
  const isOne = fits.filter(Boolean).length === 1 && hashes.length === changed.length
  return { fault: isOne ? undefined : `applied, and ${changed.length} rows changed`, applied: true }
}

describe.each(layouts)('accounts %s, in rows that no schema allows,', (_, options) => {
  it('are listed, found, checked and reset, or it is said why not', async () => {
    const faults: string[] = []
    const seen = { listed: 0, found: 0, applied: 0 }
    for (let run = 0; run < tables; run += 1) {
      const random = randomNumbers(faultSeed + run)
      const share = [0.01, 0.05, 0.2, 0.6][run % 4] ?? 0
      const database = hostileTables(random, share)
      const db = new Kysely<AnyTables>({ dialect: sqliteDialect(database) })
      const store = sqlUserStore(db, options)
      const note = async (what: string, work: () => Promise<string | undefined>) => {
        const fault = await faultOf(work)
        if (fault !== undefined && faults.length < 20) faults.push(`${run}, ${what}: ${fault}`)
      }
      let users: readonly User[] = []
      await note('list', async () => {
        users = await everyPage(store)
        seen.listed += users.length
        return users.map(nonsenseIn).find((fault) => fault !== undefined)
      })
      await note('search', async () => {
        await store.list({ search: 'user', statuses: ['active'] })
        return undefined
      })
      await note('check', async () => {
        await checkSqlTable(db, options)
        return undefined
      })
      const ids = database.prepare('SELECT DISTINCT CAST(id AS TEXT) AS id FROM users').all()
      for (const { id } of ids)
        await note(`account ${String(id).slice(0, 40)}`, async () => {
          const found = await store.find(String(id))
          if (found === undefined) return undefined
          seen.found += 1
          const { fault, applied } = await resetOf(database, store, found.user)
          if (applied) seen.applied += 1
          return nonsenseIn(found.user) ?? fault
        })
      await db.destroy()
    }
    expect(faults).toEqual([])
    // The rows are hostile, and still most accounts are served.
    expect(seen.listed).toBeGreaterThan(tables)
    expect(seen.found).toBeGreaterThan(tables)
    expect(seen.applied).toBeGreaterThan(tables)
  }, 600_000)
})

describe('these tests', () => {
  it('find a reset that changes the row of somebody else, or changes one and says no', async () => {
    const database = hostileTables(randomNumbers(faultSeed), 0)
    database.exec(`CREATE TRIGGER other AFTER UPDATE ON users
      BEGIN UPDATE users SET failed_logins = 9 WHERE id = '2'; END`)
    const db = new Kysely<AnyTables>({ dialect: sqliteDialect(database) })
    const store = sqlUserStore(db, full)
    const reset = async (meddled: UserStore) => {
      const found = await store.find('1')
      if (found === undefined) throw new Error('There is no account.')
      return (await resetOf(database, meddled, found.user)).fault
    }
    expect(await reset(store)).toBe('applied, and 2 rows changed')
    const refusing = withWrite(store, async (write) => {
      await write()
      return conflict
    })
    expect(await reset(refusing)).toBe('conflict, and rows were changed')
    await db.destroy()
  })

  it("find an error that is not the store's own", async () => {
    expect(await faultOf(async () => Object(undefined).missing.field)).toContain('foreign error')
  })
})
