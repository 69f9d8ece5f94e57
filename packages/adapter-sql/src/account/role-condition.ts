import { noPrivilegedUsers } from '@force-reset/core'
import { type RawBuilder, sql } from 'kysely'
import { asciiLower, caseVariants } from '../dialect/search-pattern.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions, AnyTables } from '../options/any-database.ts'
import type { ColumnValue, RoleTable } from '../options/options.ts'
import { plainText } from './account-privilege.ts'
import { allAlike, allOf, columnOf, oneOf } from './columns.ts'

/**
 * Whether the database takes the account of `u` for privileged. `undefined` where only a function
 * knows, or where nobody is privileged.
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
    // A role of another tenant is the safer mistake. Otherwise a tenant in other letters is missed.
    ...allAlike(dialect, 'r', roles.where),
  ]
  return sql<boolean>`EXISTS (SELECT 1 FROM ${sql.table(roles.table)} AS ${sql.ref('r')}
    WHERE ${allOf(conditions)})`
}

/**
 * The values as a database writes them in small letters. Each database knows the letters of ASCII,
 * and not each database knows others.
 */
function spellings(values: readonly ColumnValue[]): readonly string[] {
  return values
    .flatMap((value) => (value === null ? [] : caseVariants(plainText(String(value)))))
    .map(asciiLower)
}
