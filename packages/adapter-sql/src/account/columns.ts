import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions } from '../options/any-database.ts'
import type { ColumnValue } from '../options/options.ts'

/**
 * `u` is the table of the accounts; `c` the one of the credentials, and `r` of the roles, where
 * there is one.
 */
export type TableAlias = 'u' | 'c' | 'r'

/** A column by the alias of its table; without one where the statement has only one table. */
export function columnOf(alias: TableAlias | undefined, name: string): RawBuilder<unknown> {
  return sql.ref(alias === undefined ? name : `${alias}.${name}`)
}

/** The column of the password hash, wherever it is. */
export function hashColumn({ columns, credentials }: AnyOptions): {
  readonly alias: TableAlias
  readonly name: string
} {
  return credentials === undefined
    ? { alias: 'u', name: columns.passwordHash }
    : { alias: 'c', name: credentials.columns.passwordHash }
}

/** The name of a column that may come with values of its own. */
export function nameOf(column: string | { readonly column: string }): string {
  return typeof column === 'string' ? column : column.column
}

/** What of a column is seen, and compared: text, or bytes that may be none. */
export function textOfColumn(
  dialect: SqlDialect,
  {
    alias,
    name,
    inBytes = false,
  }: { readonly alias: TableAlias; readonly name: string; readonly inBytes?: boolean | undefined },
): RawBuilder<string | null> {
  const column = columnOf(alias, name)
  return inBytes ? dialect.bytes(column) : dialect.text(column)
}

/** A value as this database takes it. */
export function valueFor(dialect: SqlDialect, value: ColumnValue): ColumnValue {
  return typeof value === 'boolean' ? dialect.boolean(value) : value
}

/** A value as it is sent. */
export function parameterOf(dialect: SqlDialect, value: unknown): unknown {
  return typeof value === 'number' && Number.isSafeInteger(value) ? dialect.integer(value) : value
}

/**
 * The same to compare with. MySQL takes every text that begins with no digit for the number 0, but
 * no text for the text '0'.
 */
function comparable(dialect: SqlDialect, value: ColumnValue): unknown {
  const isNumber = typeof value === 'number' || typeof value === 'bigint'
  return dialect.name === 'mysql' && isNumber
    ? String(value)
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

/** The same, where the database's own comparison takes more than one text for the value. */
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
 * The column has exactly this value. The first condition is the one that an index answers; it goes
 * by the collation and the type of the column, in which `ACME` may be `acme`, and `7-evil` 7. The
 * second is about every byte.
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
  const choices = [
    ...(present.length < values.length ? [sql<boolean>`${column} IS NULL`] : []),
    ...(present.length > 0
      ? [
          sql<boolean>`${column} IN (${sql.join(present.map((value) => parameterOf(dialect, valueFor(dialect, value))))})`,
        ]
      : []),
  ]
  return choices.length === 0
    ? sql<boolean>`1 = 0`
    : sql<boolean>`(${sql.join(choices, sql` OR `)})`
}

/** All of the conditions; there is always at least one. */
export function allOf(conditions: readonly RawBuilder<unknown>[]): RawBuilder<boolean> {
  return sql<boolean>`${sql.join(conditions, sql` AND `)}`
}
