import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions } from '../options/any-database.ts'
import { valueFor } from '../options/column-value.ts'
import type { ColumnValue } from '../options/options.ts'

/**
 * `u` is the table of the accounts, `c` of the credentials, `r` of the roles. `p` is the table of
 * the accounts once more, for the place where a page starts.
 */
export type TableAlias = 'u' | 'c' | 'r' | 'p'

/** A column by the alias of its table. A statement with one table needs no alias. */
export function columnOf(alias: TableAlias | undefined, name: string): RawBuilder<unknown> {
  return sql.ref(alias === undefined ? name : `${alias}.${name}`)
}

/** The column of the password hash, in the table of the accounts or of the credentials. */
export function hashColumn({ columns, credentials }: AnyOptions): {
  readonly alias: TableAlias
  readonly name: string
} {
  return credentials === undefined
    ? { alias: 'u', name: columns.passwordHash }
    : { alias: 'c', name: credentials.columns.passwordHash }
}

/** A column that decides over a write: what is read of it is compared in the write. */
export interface JudgedColumn {
  readonly alias: TableAlias
  /** `undefined` for a value that several rows beside the account make. */
  readonly column: string | undefined
  /** The value, which may be NULL. */
  readonly value: RawBuilder<unknown>
  /** The SQL that reads the value for comparison. */
  readonly read: RawBuilder<string | null>
}

/** A column as it is compared: its text, or its bytes where they may not be valid text. */
export function judgedColumn(
  dialect: SqlDialect,
  {
    alias,
    name,
    inBytes = false,
  }: { readonly alias: TableAlias; readonly name: string; readonly inBytes?: boolean },
): JudgedColumn {
  const value = columnOf(alias, name)
  const read = inBytes ? dialect.bytes(value) : dialect.text(value)
  return { alias, column: name, value, read }
}

/** A value as it is sent. */
export function parameterOf(dialect: SqlDialect, value: unknown): unknown {
  return typeof value === 'number' && Number.isSafeInteger(value) ? dialect.integer(value) : value
}

/** A value as it is sent to be compared with a column. */
function comparable(dialect: SqlDialect, value: ColumnValue): unknown {
  return typeof value === 'number' || typeof value === 'bigint'
    ? dialect.comparedNumber(value)
    : parameterOf(dialect, valueFor(dialect, value))
}

type Values = Readonly<Record<string, ColumnValue | undefined>>

/** Each column has exactly its value; `null` matches an empty one. */
export function allEqual(
  dialect: SqlDialect,
  alias: TableAlias | undefined,
  values: Values = {},
): readonly RawBuilder<boolean>[] {
  return Object.entries(values).flatMap(([name, value]) =>
    isEqual(dialect, columnOf(alias, name), value ?? null),
  )
}

/** Each column has a value that the database takes for its value: a collation may take several. */
export function allAlike(
  dialect: SqlDialect,
  alias: TableAlias,
  values: Values = {},
): readonly RawBuilder<boolean>[] {
  return Object.entries(values).map(([name, value]) =>
    isAlike(dialect, columnOf(alias, name), value ?? null),
  )
}

/**
 * The column has exactly this value. An index answers the first condition, by the collation and the
 * type of the column: there `ACME` may be `acme`, and `7-evil` 7. The second condition compares
 * every byte.
 */
function isEqual(
  dialect: SqlDialect,
  column: RawBuilder<unknown>,
  value: ColumnValue,
): readonly RawBuilder<boolean>[] {
  if (value === null) return [isAlike(dialect, column, value)]
  const sent = valueFor(dialect, value)
  const exact = dialect.isExactly(column, String(sent), {
    isNumeral: typeof sent !== 'string' || numeral.test(sent),
  })
  return [isAlike(dialect, column, value), ...(exact ? [exact] : [])]
}

/** A whole number as each database writes it. */
const numeral = /^-?(0|[1-9]\d*)$/

function isAlike(
  dialect: SqlDialect,
  column: RawBuilder<unknown>,
  value: ColumnValue,
): RawBuilder<boolean> {
  return value === null
    ? sql<boolean>`${column} IS NULL`
    : sql<boolean>`${column} = ${comparable(dialect, value)}`
}

/** One of the values. */
export function oneOf(
  dialect: SqlDialect,
  column: RawBuilder<unknown>,
  values: readonly ColumnValue[],
): RawBuilder<boolean> {
  const present = values.filter((value) => value !== null)
  const sent = present.map((value) => parameterOf(dialect, valueFor(dialect, value)))
  const choices = [
    ...(present.length < values.length ? [sql<boolean>`${column} IS NULL`] : []),
    ...(sent.length > 0 ? [sql<boolean>`${column} IN (${sql.join(sent)})`] : []),
  ]
  return choices.length === 0
    ? sql<boolean>`1 = 0`
    : sql<boolean>`(${sql.join(choices, sql` OR `)})`
}

/** All of the conditions; there is always at least one. */
export function allOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<boolean> {
  return sql<boolean>`${sql.join(conditions, sql` AND `)}`
}
