import { type RawBuilder, sql } from 'kysely'
import type { AnyTables } from './any-database.ts'
import { allEqual, allOf, columnOf, oneOf } from './columns.ts'
import type { RoleTable } from './options.ts'
import type { SqlDialect } from './sql-dialect.ts'

/** Whether the account of `u` has one of the roles. */
export function roleCondition(dialect: SqlDialect, roles: RoleTable<AnyTables, string>, id: string): RawBuilder<boolean> {
  const conditions = [
    sql`${columnOf('r', roles.userId)} = ${columnOf('u', id)}`,
    oneOf(dialect, columnOf('r', roles.role), roles.values),
    ...allEqual(dialect, 'r', roles.where),
  ]
  return sql<boolean>`EXISTS (SELECT 1 FROM ${sql.table(roles.table)} AS ${sql.ref('r')} WHERE ${allOf(conditions)})`
}
