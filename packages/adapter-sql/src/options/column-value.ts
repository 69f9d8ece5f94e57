import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions } from './any-database.ts'
import type { ColumnValue } from './options.ts'

/** A value as this database takes it. */
export function valueFor(dialect: SqlDialect, value: ColumnValue): ColumnValue {
  return typeof value === 'boolean' ? dialect.boolean(value) : value
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
