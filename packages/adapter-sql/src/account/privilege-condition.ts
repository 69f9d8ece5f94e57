import type { RawBuilder } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions } from '../options/any-database.ts'
import { noPrivilegedUsers } from '../options/options.ts'
import { columnOf, oneOf } from './columns.ts'
import { roleCondition } from './role-condition.ts'

/**
 * Whether the database itself takes the account of `u` for privileged; `undefined` where only a
 * function knows, or nobody is.
 */
export function privilegeCondition(
  dialect: SqlDialect,
  { privileged, columns }: AnyOptions,
): RawBuilder<boolean> | undefined {
  if (privileged === noPrivilegedUsers || 'of' in privileged) return undefined
  return 'role' in privileged
    ? roleCondition(dialect, privileged, columns.id)
    : oneOf(dialect, columnOf('u', privileged.column), privileged.values)
}
