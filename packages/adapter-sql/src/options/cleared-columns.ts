import { nameOf } from '../account/columns.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import { mustChangeValue } from '../store/password-write.ts'
import type { AnyOptions } from './any-database.ts'
import type { ColumnValue } from './options.ts'

/** The columns that make a password temporary, with the values of a password that is not. */
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
