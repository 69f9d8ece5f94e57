import { sql } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions } from './any-database.ts'
import type { ColumnValue } from './options.ts'
import type { WrittenValue } from './password-hasher.ts'

/** A value as this database takes it. */
export function valueFor(dialect: SqlDialect, value: ColumnValue): ColumnValue {
  return typeof value === 'boolean' ? dialect.boolean(value) : value
}

/** Whether a column can be set to the value. A number has to be finite, and a `Date` valid. */
export function isWrittenValue(value: unknown): value is WrittenValue {
  if (value instanceof Date) return Number.isFinite(value.getTime())
  if (typeof value === 'number') return Number.isFinite(value)
  return (
    value === null ||
    value instanceof Uint8Array ||
    ['string', 'bigint', 'boolean'].includes(typeof value)
  )
}

/** A value as a write sends the value for a column of this name. */
export function writtenValue(dialect: SqlDialect, name: string, value: WrittenValue): unknown {
  if (value instanceof Date) return dialect.momentIn(sql.ref(name), value)
  // Not every driver takes bytes that are no Buffer.
  if (value instanceof Uint8Array) return Buffer.from(value)
  return valueFor(dialect, value)
}

/** The value that says "must change", or says that nobody must. */
export function mustChangeValue(
  dialect: SqlDialect,
  column: NonNullable<AnyOptions['columns']['mustChange']>,
  value: boolean,
): ColumnValue {
  return typeof column === 'string'
    ? dialect.boolean(value)
    : valueFor(dialect, value ? column.on : column.off)
}

/**
 * Whether the database's text is this value. A boolean is `true` or `t` in one database, and `1` in
 * another.
 *
 * @example
 * isText(true, 't') // true
 */
export function isText(value: ColumnValue, text: string | null): boolean {
  if (value === null || text === null) return value === text
  // MariaDB and MySQL write a bit as the character that has its code.
  const read = text.length === 1 && text < ' ' ? String(text.charCodeAt(0)) : text
  if (typeof value === 'boolean')
    return (value ? ['true', 't', '1'] : ['false', 'f', '0']).includes(read)
  return String(value) === read
}
