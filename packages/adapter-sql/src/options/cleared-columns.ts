import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions } from './any-database.ts'
import { mustChangeValue } from './column-value.ts'
import { nameOf } from './named-columns.ts'
import type { ColumnValue } from './options.ts'

/**
 * The columns that make a password temporary, with the values of an ordinary password.
 *
 * @example
 * clearedColumns(dialect, options) // { must_change_password: false, password_expires_at: null }
 */
export function clearedColumns(
  dialect: SqlDialect,
  { columns, credentials }: AnyOptions,
): Readonly<Record<string, ColumnValue>> {
  const own = credentials?.columns
  const mustChange = own?.mustChange ?? columns.mustChange
  const expiresAt = own?.expiresAt ?? columns.expiresAt
  return Object.freeze({
    ...(mustChange === undefined
      ? {}
      : { [nameOf(mustChange)]: mustChangeValue(dialect, mustChange, false) }),
    ...(expiresAt === undefined ? {} : { [nameOf(expiresAt)]: null }),
  })
}
