import { explainFailure, type PasswordLease, type SafeCause } from '@force-reset/core'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { accountPages } from '../account/account-page.ts'
import { accountReader } from '../account/account-reader.ts'
import { columnOf, oneOf } from '../account/columns.ts'
import { dialectOf, type SqlDialect } from '../dialect/sql-dialect.ts'
import { hashWithin } from '../hashing/hash-within.ts'
import type { AnyDatabase, AnyOptions, Row } from '../options/any-database.ts'
import { checkOptions } from '../options/check-options.ts'
import type { ColumnName, SqlUserStoreOptions, TableName } from '../options/options.ts'
import { accountLock } from '../store/password-write.ts'
import { sqlFailure } from '../store/sql-failure.ts'
import { typeProblem } from './column-type.ts'
import { type NeededColumn, neededColumns } from './needed-columns.ts'
import { tableCatalogue } from './table-catalogue.ts'

/**
 * Compares the options with the database and answers, in words, what is missing: tables, columns,
 * rights; and what would make it unsafe, or a reset fail: types of columns, what the hasher makes
 * of a sample, settings of the server (MariaDB, MySQL). An empty answer means that nothing is.
 *
 * It reads the database's catalogue and no account, and changes none: its other statements ask for
 * no row, and update, lock and delete none. Run it when the application starts, or in its tests.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * for (const problem of await checkSqlTable(db, options)) log.warn(problem)
 */
export function checkSqlTable<
  DB,
  TB extends TableName<DB>,
  SC extends ColumnName<DB, TB>,
  PC extends ColumnName<DB, TB>,
  LC extends ColumnName<DB, TB>,
>(db: Kysely<DB>, options: SqlUserStoreOptions<DB, TB, SC, PC, LC>): Promise<readonly string[]>
export async function checkSqlTable(
  db: AnyDatabase,
  options: AnyOptions,
): Promise<readonly string[]> {
  checkOptions(db, options)
  const dialect = dialectOf(db)
  const problems: string[] = [...(dialect.name === 'mysql' ? await problemsOfSession(db) : [])]
  const sample = await hashWithin(options, samplePassword)
  if (!sample.ok)
    problems.push(`hasher: ${explainFailure(sample.refusal.code, sample.refusal.detail)}`)
  const columns = neededColumns(dialect, options, sample.ok ? sample.hash : 'x')
  for (const table of new Set(columns.map((column) => column.table))) {
    const problem = await problemWith(
      sql`SELECT 1 FROM ${sql.table(table)} WHERE 1 = 0`.execute(db),
      'read',
    )
    const own = columns.filter((column) => column.table === table)
    if (problem === undefined) problems.push(...(await problemsIn(db, dialect, own)))
    else problems.push(`Table ${table}: ${problem}`)
  }
  for (const { table } of options.ended ?? []) {
    const problem = await problemWith(
      sql`DELETE FROM ${sql.table(table)} WHERE 1 = 0`.execute(db),
      'delete from',
    )
    if (problem !== undefined) problems.push(`Table ${table}: ${problem}`)
  }
  if (problems.length === 0) problems.push(...(await problemsOfReading(db, dialect, options)))
  if (dialect.name === 'mysql') problems.push(...(await problemsOfEngines(db, options)))
  return [...new Set(problems)]
}

/** As long as a temporary password is by default, to see what the hasher makes of it. */
const samplePassword: PasswordLease = {
  use: async (fn) => await fn(new TextEncoder().encode('xxxx-xxxx-xxxx-xxxx')),
}

/** Of the columns of one table. */
async function problemsIn(
  db: AnyDatabase,
  dialect: SqlDialect,
  columns: readonly NeededColumn[],
): Promise<readonly string[]> {
  const [{ table = '' } = {}] = columns
  const catalogue = await tableCatalogue(db, dialect, table).catch(() => undefined)
  if (catalogue === undefined)
    return [
      `Table ${table}: the catalogue of the database does not describe it, so its types cannot be checked.`,
    ]
  const written = columns.some((column) => column.written !== undefined)
  if (catalogue.view && written)
    return [`Table ${table}: it is a view, which SQLite does not change. Name the table behind it.`]
  const problems: string[] = []
  if (catalogue.locked && written)
    problems.push(
      `Table ${table}: row security is on, and no policy of it lets anybody change a row. Add one FOR UPDATE.`,
    )
  for (const column of columns) {
    const described = catalogue.column(column.name)
    const problem =
      (described && typeProblem(dialect, column, described)) ??
      (await refusalBy(db, dialect, column))
    if (problem !== undefined)
      problems.push(`Column ${table}.${column.name} (${column.option}): ${problem}`)
  }
  return problems
}

/**
 * What the database says to the statements that the store would send, which here change and read
 * nothing.
 */
async function refusalBy(
  db: AnyDatabase,
  dialect: SqlDialect,
  { table, name, written, compared }: NeededColumn,
): Promise<string | undefined> {
  // With the alias, or SQLite may take the name of a missing column for text.
  const read = sql`SELECT ${columnOf('u', name)} FROM ${sql.table(table)} AS ${sql.ref('u')} WHERE 1 = 0`
  const compare = compared && sql`${read} AND ${oneOf(dialect, columnOf('u', name), compared)}`
  const write =
    written &&
    sql`UPDATE ${sql.table(table)} AS ${sql.ref('u')} SET ${sql.ref(name)} = ${written.value} WHERE 1 = 0`
  return (
    (await problemWith(read.execute(db), 'read')) ??
    (compare && (await problemWith(compare.execute(db), 'compare'))) ??
    (write && (await problemWith(write.execute(db), 'write')))
  )
}

async function problemWith(
  work: Promise<unknown>,
  verb: 'read' | 'compare' | 'write' | 'lock' | 'delete from',
): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    const { detail } = sqlFailure(error)
    if (detail.reason !== 'store') return 'the check failed.'
    if (detail.key === 'schema' && isMissing(detail.cause)) return 'it is missing.'
    if (detail.key === 'not_updatable')
      return 'it cannot be changed: a view, perhaps. Name the table behind it.'
    if (verb === 'compare')
      return 'it is of another type than a value of the options that it is compared with.'
    if (detail.key === 'schema') return 'it is of another type than what a reset writes to it.'
    if (detail.key === 'denied' && verb === 'lock')
      return "the application's database user may not. Grant it UPDATE on their tables."
    if (detail.key === 'denied') return `the application's database user may not ${verb} it.`
    return detail.message
  }
}

/**
 * Of PostgreSQL (42703, 42P01, 3F000), of MariaDB and MySQL, of SQLite: no such column, table,
 * schema.
 */
function isMissing(cause: SafeCause | undefined): boolean {
  const { code = '', sqlState = '' } = cause ?? {}
  return ['42703', '42P01', '3F000', '42S22', '42S02'].includes(sqlState) || /SQLITE/.test(code)
}

/**
 * Of each connection's own settings: `sql_mode` decides what a server does with text that does not
 * fit, and how the driver has to quote.
 */
async function problemsOfSession(db: AnyDatabase): Promise<readonly string[]> {
  const { rows } =
    await sql<Row>`SELECT @@SESSION.sql_mode AS ${sql.ref('m')}, @@SESSION.autocommit AS ${sql.ref('a')}`.execute(
      db,
    )
  const mode = String(rows[0]?.['m'])
  return [
    ...(Number(rows[0]?.['a']) === 0
      ? [
          'autocommit: it is off, so that changes would be lost, and the store refuses to work. Switch it on.',
        ]
      : []),
    ...(mode.includes('STRICT_')
      ? []
      : [
          'sql_mode: it is not strict, so a column that is too short cuts the hash off and nobody can sign in. Add STRICT_TRANS_TABLES.',
        ]),
    ...(mode.includes('NO_BACKSLASH_ESCAPES')
      ? [
          'sql_mode: with NO_BACKSLASH_ESCAPES the driver mysql2 quotes wrongly, and a search can run as SQL. Remove it.',
        ]
      : []),
  ]
}

/**
 * Of the store's own statements: each column can be right by itself, and still not fit the others.
 */
async function problemsOfReading(
  db: AnyDatabase,
  dialect: SqlDialect,
  options: AnyOptions,
): Promise<readonly string[]> {
  const reader = accountReader(dialect, options)
  const nobody = { ...reader, scope: [...reader.scope, sql<boolean>`1 = 0`] }
  const page = async (search?: string) => {
    for (const statement of accountPages(dialect, options, nobody, {
      search,
      after: undefined,
      rows: 1,
    }))
      await statement.execute(db)
  }
  const listed = await problemWith(page(), 'read')
  if (listed !== undefined)
    return [
      'Reading accounts: the database refuses it. The columns userId have to be of the type of columns.id.',
    ]
  const lock = accountLock(dialect, options, null)
  const locked = lock && (await problemWith(lock.execute(db), 'lock'))
  if (locked !== undefined) return [`Locking the rows of an account: ${locked}`]
  const searched = await problemWith(page('x'), 'compare')
  return searched === undefined
    ? []
    : [
        'Searching accounts: the database refuses it. columns.username, email and displayName have to be text.',
      ]
}

/**
 * Of the tables that a reset changes: without transactions nothing is undone, and "Nothing was
 * changed" would be wrong.
 */
async function problemsOfEngines(
  db: AnyDatabase,
  { table, credentials, ended = [] }: AnyOptions,
): Promise<readonly string[]> {
  const problems: string[] = []
  for (const changed of [
    table,
    ...(credentials ? [credentials.table] : []),
    ...ended.map((one) => one.table),
  ]) {
    const [name, schema] = changed.split('.').reverse()
    const { rows } =
      await sql`SELECT 1 FROM information_schema.tables AS t JOIN information_schema.engines AS e ON e.engine = t.engine
      WHERE t.table_schema = COALESCE(${schema ?? null}, DATABASE()) AND t.table_name = ${name} AND e.transactions = 'NO'`.execute(
        db,
      )
    if (rows.length > 0)
      problems.push(
        `Table ${changed}: its engine has no transactions, so what a reset changes there cannot be undone. Use InnoDB.`,
      )
  }
  return problems
}
