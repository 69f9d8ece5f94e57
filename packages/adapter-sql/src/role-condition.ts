import { type RawBuilder, sql } from 'kysely'
import type { AnyTables } from './any-database.ts'
import { columnOf, oneOf } from './columns.ts'
import type { RoleTable } from './options.ts'
import type { SqlDialect } from './sql-dialect.ts'

/** Whether the account of `u` has one of the roles. */
export function roleCondition(dialect: SqlDialect, roles: RoleTable<AnyTables, string>, id: string): RawBuilder<boolean> {
  const role = sql.ref(`r.${roles.role}`)
  return sql<boolean>`EXISTS (SELECT 1 FROM ${sql.table(roles.table)} AS ${sql.ref('r')} WHERE ${sql.ref(`r.${roles.userId}`)} = ${columnOf('u', id)} AND ${oneOf(dialect, role, roles.values)})`
}
