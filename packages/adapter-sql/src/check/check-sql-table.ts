import { explainFailure, type PasswordLease } from '@force-reset/core'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { accountPages } from '../account/account-page.ts'
import { accountReader } from '../account/account-reader.ts'
import { columnOf, oneOf } from '../account/columns.ts'
import { dialectOf } from '../dialect/dialect-of.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import { hashWithin } from '../hashing/hash-within.ts'
import type { AnyDatabase, AnyOptions } from '../options/any-database.ts'
import { checkOptions } from '../options/check-options.ts'
import { nowBy } from '../options/clock.ts'
import { namesOf } from '../options/names-in-database.ts'
import type {
  AppliedWrite,
  ColumnName,
  SqlUserStoreOptions,
  TableName,
} from '../options/options.ts'
import type { HashedPassword } from '../options/password-hasher.ts'
import { endedTables, isFromHasher, setColumns } from '../options/set-columns.ts'
import { accountLock, expiryValue } from '../store/password-write.ts'
import { setValue } from '../store/set-values.ts'
import { sqlFailure } from '../store/sql-failure.ts'
import { problemsOfClocks } from './clocks.ts'
import { typeProblem } from './column-type.ts'
import type { SqlFinding } from './finding.ts'
import { costProblem } from './hash-form.ts'
import { type NeededColumn, neededColumns, type SampleWrite } from './needed-columns.ts'
import { problemsOfRoles } from './role-values.ts'
import { hashesOfOtherForms } from './stored-hashes.ts'
import { tableCatalogue } from './table-catalogue.ts'
import { untouchedColumns } from './untouched-columns.ts'

/**
 * Compares the options with the database, and answers in words. An empty answer means that all is
 * well.
 *
 * - `problem`: a reset fails, or means something else. A table, column or right is missing, or a
 *   type, a hash, a clock, or a setting of MariaDB or MySQL does not fit.
 * - `warning`: advice. The hasher costs an attacker too little, or stored hashes have another form.
 *   Or a reset leaves a column as it is, or a connection to a SQLite file does not wait for locks.
 *
 * The check reads the database's catalogue, the values in a table of roles, and the forms of at
 * most 1,000 stored hashes. Its other statements read, change, lock and delete no row. It asks the
 * hasher and the functions of `set` once, for a sample. Run it when the application starts, or in
 * its tests.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * for (const { level, message } of await checkSqlTable(db, options)) log(level, message)
 */
export function checkSqlTable<
  DB,
  TB extends TableName<DB>,
  SC extends ColumnName<DB, TB>,
  PC extends ColumnName<DB, TB>,
  LC extends ColumnName<DB, TB>,
  EC extends ColumnName<DB, TB>,
>(
  db: Kysely<DB>,
  options: SqlUserStoreOptions<DB, TB, SC, PC, LC, EC>,
): Promise<readonly SqlFinding[]>
export async function checkSqlTable(
  db: AnyDatabase,
  options: AnyOptions,
): Promise<readonly SqlFinding[]> {
  checkOptions(db, options)
  const dialect = dialectOf(db)
  const failing = problemsOfFunctions(dialect, options)
  if (failing.length > 0) return findings('problem', failing)
  const settings = await settingsOf(db, dialect)
  const warnings: string[] = [...settings.warnings]
  const problems: string[] = [...settings.problems]
  const sample = await hashWithin(options, samplePassword)
  if (!sample.ok)
    problems.push(`hasher: ${explainFailure(sample.refusal.code, sample.refusal.detail)}`)
  const set = sampleValues(options, sample.ok ? sample.values : undefined)
  problems.push(...set.problems)
  warnings.push(...set.warnings)
  const columns = neededColumns(dialect, options, {
    hash: sample.ok ? sample.hash : 'x',
    set: set.values,
  })
  for (const table of new Set(columns.map((column) => column.table))) {
    const problem = await problemWith(
      dialect,
      sql`SELECT 1 FROM ${sql.table(table)} WHERE 1 = 0`.execute(db),
      'read',
    )
    const own = columns.filter((column) => column.table === table)
    if (problem === undefined) problems.push(...(await problemsIn(db, dialect, own)))
    else problems.push(`Table ${table}: ${problem}`)
  }
  for (const { table } of endedTables(options)) {
    const problem = await problemWith(
      dialect,
      sql`DELETE FROM ${sql.table(table)} WHERE 1 = 0`.execute(db),
      'delete from',
    )
    if (problem !== undefined) problems.push(`Table ${table}: ${problem}`)
  }
  if (problems.length === 0) problems.push(...(await problemsOfReading(db, dialect, options)))
  if (problems.length === 0) problems.push(...(await problemsOfRoles(db, dialect, options)))
  problems.push(...(await problemsOfTables(db, dialect, options)))
  problems.push(...(await problemsOfClocks(db, dialect, options)))
  if (sample.ok) {
    const cost = costProblem(sample.hash)
    if (cost !== undefined) warnings.push(`hasher: it makes ${cost}.`)
  }
  // Nothing more is read of tables that are not as the options say.
  if (sample.ok && problems.length === 0) {
    const written = columns.filter((column) => column.written !== undefined)
    warnings.push(
      ...(await hashesOfOtherForms(db, dialect, options, sample.hash)),
      ...(await untouchedColumns(db, dialect, options, written)),
    )
  }
  return [...findings('problem', problems), ...findings('warning', warnings)]
}

function findings(level: SqlFinding['level'], messages: readonly string[]): readonly SqlFinding[] {
  return [...new Set(messages)].map((message) => ({ level, message }))
}

/** The functions that every reset asks. Where one of them fails, nothing else can be said. */
function problemsOfFunctions(dialect: SqlDialect, options: AnyOptions): readonly string[] {
  const { columns, credentials } = options
  const asked: readonly (readonly [option: string, ask: () => unknown])[] = [
    ['now', () => nowBy(options)],
    ...[columns.expiresAt, credentials?.columns.expiresAt].flatMap((column) =>
      column === undefined
        ? []
        : [['expiresAt.write', () => expiryValue(dialect, column, new Date(0))] as const],
    ),
  ]
  return asked.flatMap(([option, ask]) => {
    try {
      ask()
      return []
    } catch {
      return [`${option}: its function failed. Where the function fails, every reset is refused.`]
    }
  })
}

/** What the functions of `set` and `ended` give for a reset that never is. */
function sampleValues(options: AnyOptions, ofHasher: HashedPassword['values'] | undefined) {
  const values: SampleWrite['set'][number][] = []
  const problems: string[] = []
  const warnings: string[] = []
  for (const column of setColumns(options)) {
    // Without a sample of the hasher nothing is known of its values.
    if (ofHasher === undefined && isFromHasher(column.source)) continue
    const facts = { ...sampleFacts, now: new Date(nowBy(options)) }
    const given = setValue(column, facts, ofHasher ?? {})
    if (given.ok) values.push({ column, value: given.value })
    else if (given.reason.key === 'column_function')
      warnings.push(
        `${column.option}: its function failed with the facts of a sample, so its value cannot ` +
          'be tried. Where the function fails, the reset is refused.',
      )
    else problems.push(`${column.option}: ${given.reason.what} ${given.reason.cure}`)
  }
  return { values, problems, warnings }
}

const sampleFacts: AppliedWrite = {
  resetId: '00000000-0000-0000-0000-000000000000',
  purpose: 'reset',
  userId: '0',
  username: 'sample',
  operatorId: 'sample',
}

/** Has the length of a temporary password by default. The hasher makes a sample of it. */
const samplePassword: PasswordLease = {
  use: async (fn) => await fn(new TextEncoder().encode('xxxx.xxxx.xxxx.xxxx')),
}

interface Messages {
  readonly problems: readonly string[]
  readonly warnings: readonly string[]
}

async function settingsOf(db: AnyDatabase, { settings }: SqlDialect): Promise<Messages> {
  if (settings === undefined) return { problems: [], warnings: [] }
  const { rows } = await settings.read.execute(db)
  return {
    problems: rows.flatMap((row) => settings.problems(Object(row))),
    warnings: rows.flatMap((row) => settings.warnings(Object(row))),
  }
}

/** Compares the columns of one table with the catalogue, and with the answers of the database. */
async function problemsIn(
  db: AnyDatabase,
  dialect: SqlDialect,
  columns: readonly NeededColumn[],
): Promise<readonly string[]> {
  const [{ table = '' } = {}] = columns
  const catalogue = await tableCatalogue(db, dialect, table).catch(() => undefined)
  if (catalogue === undefined)
    return [
      `Table ${table}: the catalogue of the database does not describe it, so its types ` +
        'cannot be checked.',
    ]
  const written = columns.some((column) => column.written !== undefined)
  const { problem: whole } = catalogue
  const problems = whole && written ? [`Table ${table}: ${whole.problem}`] : []
  if (whole?.isWhole && written) return problems
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

/** Sends the statements of the store in a form that reads and changes nothing. */
async function refusalBy(
  db: AnyDatabase,
  dialect: SqlDialect,
  { table, name, written, compared }: NeededColumn,
): Promise<string | undefined> {
  // With the alias, or SQLite may take the name of a missing column for text.
  const read = sql`SELECT ${columnOf('u', name)} FROM ${sql.table(table)} AS ${sql.ref('u')}
    WHERE 1 = 0`
  const compare = compared && sql`${read} AND ${oneOf(dialect, columnOf('u', name), compared)}`
  const write =
    written &&
    dialect.update({
      table,
      alias: 'u',
      set: [sql`${sql.ref(name)} = ${written.value}`],
      where: sql`1 = 0`,
    })
  return (
    (await problemWith(dialect, read.execute(db), 'read')) ??
    (compare && (await problemWith(dialect, compare.execute(db), 'compare'))) ??
    (write && (await problemWith(dialect, write.execute(db), 'write')))
  )
}

async function problemWith(
  dialect: SqlDialect,
  work: Promise<unknown>,
  verb: 'read' | 'compare' | 'write' | 'lock' | 'delete from',
): Promise<string | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    const { detail } = sqlFailure(error)
    if (detail.reason !== 'store') return 'the check failed.'
    if (detail.key === 'schema' && dialect.isMissing(detail.cause ?? {})) return 'it is missing.'
    if (detail.key === 'not_updatable')
      return 'it cannot be changed: a view, perhaps. Name the table behind it.'
    if (verb === 'compare')
      return 'it is of another type than a value of the options that it is compared with.'
    if (detail.key === 'schema') return 'it is of another type than what a reset writes to it.'
    if (detail.key === 'denied' && verb === 'lock')
      return "the application's database user may not. Grant it UPDATE on their tables."
    if (detail.key === 'denied') return `the application's database user may not ${verb} it.`
    return [detail.what, detail.cure].filter(Boolean).join(' ')
  }
}

/** Sends whole statements of the store: a column can be right by itself and not fit the others. */
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
  const listed = await problemWith(dialect, page(), 'read')
  if (listed !== undefined)
    return [
      'Reading accounts: the database refuses it. The columns userId have to be of the ' +
        'type of columns.id.',
    ]
  const lock = accountLock(dialect, options, null)
  const locked = lock && (await problemWith(dialect, lock.execute(db), 'lock'))
  if (locked !== undefined) return [`Locking the rows of an account: ${locked}`]
  const searched = await problemWith(dialect, page('x'), 'compare')
  return searched === undefined
    ? []
    : [
        'Searching accounts: the database refuses it. columns.username, email and ' +
          'displayName have to be text.',
      ]
}

/** Finds tables without transactions among those that a reset changes. There nothing is undone. */
async function problemsOfTables(
  db: AnyDatabase,
  dialect: SqlDialect,
  options: AnyOptions,
): Promise<readonly string[]> {
  const problems: string[] = []
  const { table, credentials } = options
  const beside = credentials ? [credentials.table] : []
  for (const changed of [table, ...beside, ...endedTables(options).map((one) => one.table)]) {
    const check = dialect.withoutTransactions(namesOf(db, dialect, changed))
    if (check === undefined) continue
    const { rows } = await check.read.execute(db)
    if (rows.length > 0) problems.push(`Table ${changed}: ${check.problem}`)
  }
  return problems
}
