import type { SafeCause } from '@force-reset/core'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { accountPage } from './account-page.ts'
import { privilegeColumns, roleTable } from './account-privilege.ts'
import { accountReader } from './account-reader.ts'
import { statusValues } from './account-status.ts'
import type { AnyDatabase, AnyOptions, Row } from './any-database.ts'
import { checkOptions } from './check-options.ts'
import { columnOf, oneOf, valueFor } from './columns.ts'
import type { ColumnValue, SqlUserStoreOptions, TableName } from './options.ts'
import { expiryValue, mustChangeValue, nameOf, raisedByOne } from './password-write.ts'
import { dialectOf, type SqlDialect } from './sql-dialect.ts'
import { sqlFailure } from './sql-failure.ts'

/** A column that the store needs. */
interface NeededColumn {
  readonly table: string
  readonly name: string
  /** Where the options name it. */
  readonly option: string
  /** What a reset writes to it, or a value like that. */
  readonly written?: { readonly value: unknown } | undefined
  /** What it is compared with. */
  readonly compared?: readonly ColumnValue[] | undefined
}

/**
 * Compares the options with the database and answers, in words, what is missing: tables, columns, rights; and what would make it unsafe: types of columns
 * (PostgreSQL), settings of the server (MariaDB, MySQL). An empty answer means that nothing is.
 *
 * It reads no account and changes none: it asks for no row, and updates and deletes none. Run it when the application starts, or in its tests.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * for (const problem of await checkSqlTable(db, options)) log.warn(problem)
 */
export function checkSqlTable<DB, TB extends TableName<DB>>(
  db: Kysely<DB>,
  options: SqlUserStoreOptions<DB, TB>,
): Promise<readonly string[]>
export async function checkSqlTable(db: AnyDatabase, options: AnyOptions): Promise<readonly string[]> {
  checkOptions(db, options)
  const dialect = dialectOf(db)
  const problems: string[] = [...(dialect.name === 'mysql' ? await problemsOfSession(db) : [])]
  const columns = neededColumns(dialect, options)
  for (const table of new Set(columns.map((column) => column.table))) {
    const problem = await problemWith(sql`SELECT 1 FROM ${sql.table(table)} WHERE 1 = 0`.execute(db), 'read')
    if (problem === undefined)
      problems.push(
        ...(await problemsIn(
          db,
          dialect,
          columns.filter((column) => column.table === table),
        )),
      )
    else problems.push(`Table ${table}: ${problem}`)
  }
  for (const { table } of options.ended ?? []) {
    const problem = await problemWith(sql`DELETE FROM ${sql.table(table)} WHERE 1 = 0`.execute(db), 'delete from')
    if (problem !== undefined) problems.push(`Table ${table}: ${problem}`)
  }
  if (problems.length === 0) problems.push(...(await problemsOfReading(db, dialect, options)))
  if (dialect.name === 'mysql') problems.push(...(await problemsOfEngines(db, options)))
  return [...new Set(problems)]
}

async function problemsIn(db: AnyDatabase, dialect: SqlDialect, columns: readonly NeededColumn[]): Promise<readonly string[]> {
  const problems: string[] = []
  for (const { table, name, option, written, compared } of columns) {
    // With the alias, or SQLite may take the name of a missing column for text.
    const read = sql`SELECT ${columnOf('u', name)} FROM ${sql.table(table)} AS ${sql.ref('u')} WHERE 1 = 0`
    const compare = compared && sql`${read} AND ${oneOf(dialect, columnOf('u', name), compared)}`
    const write = written && sql`UPDATE ${sql.table(table)} AS ${sql.ref('u')} SET ${sql.ref(name)} = ${written.value} WHERE 1 = 0`
    const problem =
      (await problemWith(read.execute(db), 'read')) ??
      (compare && (await problemWith(compare.execute(db), 'compare'))) ??
      (write && (await problemWith(write.execute(db), 'write')))
    if (problem !== undefined) problems.push(`Column ${table}.${name} (${option}): ${problem}`)
  }
  return problems
}

async function problemWith(work: Promise<unknown>, verb: 'read' | 'compare' | 'write' | 'delete from'): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    const { detail } = sqlFailure(error)
    if (detail.reason !== 'store') return 'the check failed.'
    if (detail.key === 'schema' && isMissing(detail.cause)) return 'it is missing.'
    if (verb === 'compare') return 'it is of another type than a value of the options that it is compared with.'
    if (detail.key === 'schema') return 'it is of another type than what a reset writes to it.'
    if (detail.key === 'denied') return `the application's database user may not ${verb} it.`
    return detail.message
  }
}

/** Of PostgreSQL (42703, 42P01, 3F000), of MariaDB and MySQL, of SQLite: no such column, table, schema. */
function isMissing(cause: SafeCause | undefined): boolean {
  const { code = '', sqlState = '' } = cause ?? {}
  return ['42703', '42P01', '3F000', '42S22', '42S02'].includes(sqlState) || /SQLITE/.test(code)
}

/** Of each connection's own settings: `sql_mode` decides what a server does with text that does not fit, and how the driver has to quote. */
async function problemsOfSession(db: AnyDatabase): Promise<readonly string[]> {
  const { rows } = await sql<Row>`SELECT @@SESSION.sql_mode AS ${sql.ref('m')}, @@SESSION.autocommit AS ${sql.ref('a')}`.execute(db)
  const mode = String(rows[0]?.['m'])
  return [
    ...(Number(rows[0]?.['a']) === 0
      ? ['autocommit: it is off, so that changes would be lost, and the store refuses to work. Switch it on.']
      : []),
    ...(mode.includes('STRICT_')
      ? []
      : ['sql_mode: it is not strict, so a column that is too short cuts the hash off and nobody can sign in. Add STRICT_TRANS_TABLES.']),
    ...(mode.includes('NO_BACKSLASH_ESCAPES')
      ? ['sql_mode: with NO_BACKSLASH_ESCAPES the driver mysql2 quotes wrongly, and a search can run as SQL. Remove it.']
      : []),
  ]
}

/** Of the store's own statements: each column can be right by itself, and still not fit the others. */
async function problemsOfReading(db: AnyDatabase, dialect: SqlDialect, options: AnyOptions): Promise<readonly string[]> {
  const reader = accountReader(dialect, options)
  const nobody = { ...reader, scope: [...reader.scope, sql<boolean>`1 = 0`] }
  const page = (search?: string) => accountPage(dialect, options, nobody, { search, after: undefined, rows: 1 }).execute(db)
  const listed = await problemWith(page(), 'read')
  if (listed !== undefined) return ['Reading accounts: the database refuses it. The columns userId have to be of the type of columns.id.']
  const searched = await problemWith(page('x'), 'compare')
  return searched === undefined
    ? []
    : ['Searching accounts: the database refuses it. columns.username, email and displayName have to be text.']
}

/** Of the tables that a reset changes: without transactions nothing is undone, and "Nothing was changed" would be wrong. */
async function problemsOfEngines(db: AnyDatabase, { table, credentials, ended = [] }: AnyOptions): Promise<readonly string[]> {
  const problems: string[] = []
  for (const changed of [table, ...(credentials ? [credentials.table] : []), ...ended.map((one) => one.table)]) {
    const [name, schema] = changed.split('.').reverse()
    const { rows } = await sql`SELECT 1 FROM information_schema.tables AS t JOIN information_schema.engines AS e ON e.engine = t.engine
      WHERE t.table_schema = COALESCE(${schema ?? null}, DATABASE()) AND t.table_name = ${name} AND e.transactions = 'NO'`.execute(db)
    if (rows.length > 0)
      problems.push(`Table ${changed}: its engine has no transactions, so what a reset changes there cannot be undone. Use InnoDB.`)
  }
  return problems
}

function neededColumns(dialect: SqlDialect, options: AnyOptions): readonly NeededColumn[] {
  const { table, columns, credentials, status, privileged, scope, unlock, tokenVersion, versionColumn, ended = [] } = options
  const { id, username, email, displayName, createdAt, updatedAt, ...gate } = columns
  const roles = roleTable(privileged)
  const all = (of: string, names: readonly (string | undefined)[], option: string): readonly NeededColumn[] =>
    names.flatMap((name) => (name === undefined ? [] : [{ table: of, name, option }]))
  const raised = (name: string | undefined, option: string): readonly NeededColumn[] =>
    name === undefined ? [] : [{ table, name, option, written: { value: raisedByOne(name) } }]
  return [
    ...Object.entries({ id, username, email, displayName, createdAt, updatedAt }).flatMap(([key, name]) =>
      all(table, [name], `columns.${key}`),
    ),
    ...gateColumns(dialect, table, gate, 'columns'),
    ...('of' in status
      ? all(table, status.columns, 'status')
      : [{ table, name: status.column, option: 'status', compared: statusValues(status) }]),
    ...equalColumns(table, scope, 'scope'),
    ...Object.entries(unlock?.set ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [{ table, name, option: 'unlock.set', written: { value: valueFor(dialect, value) } }],
    ),
    ...raised(tokenVersion, 'tokenVersion'),
    ...(versionColumn?.raisedBy === 'reset'
      ? raised(versionColumn.column, 'versionColumn')
      : all(table, [versionColumn?.column], 'versionColumn')),
    ...all(table, privilegeColumns(privileged), 'privileged'),
    ...(roles ? besideColumns(roles, 'privileged') : []),
    ...(roles ? [{ table: roles.table, name: roles.role, option: 'privileged.role', compared: roles.values }] : []),
    ...(credentials ? besideColumns(credentials, 'credentials') : []),
    ...(credentials ? gateColumns(dialect, credentials.table, credentials.columns, 'credentials.columns') : []),
    ...ended.flatMap((one) => besideColumns(one, 'ended')),
  ]
}

/** The columns by which a table beside the accounts belongs to one of them. */
function besideColumns(
  { table, userId, where }: Pick<NonNullable<AnyOptions['credentials']>, 'table' | 'userId' | 'where'>,
  option: string,
): readonly NeededColumn[] {
  return [{ table, name: userId, option: `${option}.userId` }, ...equalColumns(table, where, `${option}.where`)]
}

function equalColumns(table: string, values: AnyOptions['scope'] = {}, option: string): readonly NeededColumn[] {
  return Object.entries(values).map(([name, value]) => ({ table, name, option, compared: [value ?? null] }))
}

function gateColumns(
  dialect: SqlDialect,
  table: string,
  { passwordHash, mustChange, expiresAt }: Partial<Pick<AnyOptions['columns'], 'passwordHash' | 'mustChange' | 'expiresAt'>>,
  option: string,
): readonly NeededColumn[] {
  return [
    ...(passwordHash === undefined ? [] : [{ table, name: passwordHash, option: `${option}.passwordHash`, written: { value: 'x' } }]),
    ...(mustChange === undefined
      ? []
      : [
          {
            table,
            name: nameOf(mustChange),
            option: `${option}.mustChange`,
            written: { value: mustChangeValue(dialect, mustChange, true) },
          },
        ]),
    ...(expiresAt === undefined
      ? []
      : [
          {
            table,
            name: nameOf(expiresAt),
            option: `${option}.expiresAt`,
            written: { value: expiryValue(dialect, expiresAt, new Date(0)) },
          },
        ]),
  ]
}
