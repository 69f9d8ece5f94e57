import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { AnyDatabase, AnyOptions } from './any-database.ts'
import { checkOptions } from './check-options.ts'
import { columnOf } from './columns.ts'
import { noPrivilegedUsers, type SqlUserStoreOptions, type TableName } from './options.ts'
import { nameOf } from './password-write.ts'
import { sqlFailure } from './sql-failure.ts'

/** A column that the store needs. */
interface NeededColumn {
  readonly table: string
  readonly name: string
  /** Where the options name it. */
  readonly option: string
  readonly written?: boolean
}

/**
 * Compares the options with the database and answers, in words, what is missing: tables, columns, rights. An empty answer means that nothing is.
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
  const problems: string[] = []
  const columns = neededColumns(options)
  for (const table of new Set(columns.map((column) => column.table))) {
    const problem = await problemWith(sql`SELECT 1 FROM ${sql.table(table)} WHERE 1 = 0`.execute(db), 'read')
    if (problem === undefined)
      problems.push(
        ...(await problemsIn(
          db,
          columns.filter((column) => column.table === table),
        )),
      )
    else problems.push(`Table ${table}: ${problem}`)
  }
  for (const { table } of options.ended ?? []) {
    const problem = await problemWith(sql`DELETE FROM ${sql.table(table)} WHERE 1 = 0`.execute(db), 'delete from')
    if (problem !== undefined) problems.push(`Table ${table}: ${problem}`)
  }
  return [...new Set(problems)]
}

async function problemsIn(db: AnyDatabase, columns: readonly NeededColumn[]): Promise<readonly string[]> {
  const problems: string[] = []
  for (const { table, name, option, written } of columns) {
    // With the alias, or SQLite may take the name of a missing column for text.
    const read = sql`SELECT ${columnOf('u', name)} FROM ${sql.table(table)} AS ${sql.ref('u')} WHERE 1 = 0`
    const write = sql`UPDATE ${sql.table(table)} SET ${sql.ref(name)} = ${sql.ref(name)} WHERE 1 = 0`
    const problem = (await problemWith(read.execute(db), 'read')) ?? (written ? await problemWith(write.execute(db), 'write') : undefined)
    if (problem !== undefined) problems.push(`Column ${table}.${name} (${option}): ${problem}`)
  }
  return problems
}

async function problemWith(work: Promise<unknown>, verb: string): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    const { detail } = sqlFailure(error)
    if (detail.reason !== 'store') return 'the check failed.'
    if (detail.key === 'schema') return 'it is missing.'
    if (detail.key === 'denied') return `the application's database user may not ${verb} it.`
    return detail.message
  }
}

function neededColumns(options: AnyOptions): readonly NeededColumn[] {
  const { table, columns, credentials, status, privileged, scope = {}, unlock, tokenVersion, ended = [] } = options
  const { id, username, email, displayName, createdAt, updatedAt, ...gate } = columns
  const own = (names: readonly (string | undefined)[], option: string, written = false) =>
    names.flatMap((name) => (name === undefined ? [] : [{ table, name, option, written }]))
  return [
    ...Object.entries({ id, username, email, displayName, createdAt, updatedAt }).flatMap(([key, name]) => own([name], `columns.${key}`)),
    ...gateColumns(table, gate, 'columns'),
    ...own('of' in status ? status.columns : [status.column], 'status'),
    ...own(Object.keys(scope), 'scope'),
    ...own(Object.keys(unlock?.set ?? {}), 'unlock.set', true),
    ...own([tokenVersion], 'tokenVersion', true),
    ...(privileged === noPrivilegedUsers
      ? []
      : 'column' in privileged
        ? own([privileged.column], 'privileged.column')
        : [
            { table: privileged.table, name: privileged.userId, option: 'privileged.userId' },
            { table: privileged.table, name: privileged.role, option: 'privileged.role' },
          ]),
    ...(credentials === undefined
      ? []
      : [
          { table: credentials.table, name: credentials.userId, option: 'credentials.userId' },
          ...Object.keys(credentials.where ?? {}).map((name) => ({ table: credentials.table, name, option: 'credentials.where' })),
          ...gateColumns(credentials.table, credentials.columns, 'credentials.columns'),
        ]),
    ...ended.map((one) => ({ table: one.table, name: one.userId, option: 'ended.userId' })),
  ]
}

function gateColumns(
  table: string,
  { passwordHash, mustChange, expiresAt }: Partial<Pick<AnyOptions['columns'], 'passwordHash' | 'mustChange' | 'expiresAt'>>,
  option: string,
): readonly NeededColumn[] {
  return Object.entries({ passwordHash, mustChange, expiresAt }).flatMap(([key, column]) =>
    column === undefined ? [] : [{ table, name: nameOf(column), option: `${option}.${key}`, written: true }],
  )
}
