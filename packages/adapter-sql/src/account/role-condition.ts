import { type RawBuilder, sql } from 'kysely'
import { asciiLower, caseVariants } from '../dialect/search-pattern.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyTables } from '../options/any-database.ts'
import type { ColumnValue, RoleTable } from '../options/options.ts'
import { plainText } from './account-privilege.ts'
import { allAlike, allOf, columnOf, oneOf } from './columns.ts'

/** Whether the account of `u` has one of the roles. */
export function roleCondition(
  dialect: SqlDialect,
  roles: RoleTable<AnyTables, string>,
  id: string,
): RawBuilder<boolean> {
  const role = columnOf('r', roles.role)
  const words = spellings(roles.values)
  const isWord =
    words.length === 0 ? sql`1 = 0` : sql`${dialect.plain(role)} IN (${sql.join(words)})`
  const conditions = [
    sql`${columnOf('r', roles.userId)} = ${columnOf('u', id)}`,
    sql`(${oneOf(dialect, role, roles.values)} OR ${isWord})`,
    // Rather a role of another tenant than one that is missed because its tenant is in other
    // letters.
    ...allAlike(dialect, 'r', roles.where),
  ]
  return sql<boolean>`EXISTS (SELECT 1 FROM ${sql.table(roles.table)} AS ${sql.ref('r')} WHERE ${allOf(conditions)})`
}

/**
 * The values as a database writes them in small letters: each knows those of ASCII, and not each
 * the others.
 */
function spellings(values: readonly ColumnValue[]): readonly string[] {
  return values
    .flatMap((value) => (value === null ? [] : caseVariants(plainText(String(value)))))
    .map(asciiLower)
}
