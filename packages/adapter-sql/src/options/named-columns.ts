import { noPrivilegedUsers } from '@force-reset/core'
import type { AnyOptions, AnyTables } from './any-database.ts'
import type { ColumnValue, RoleTable } from './options.ts'

type PrivilegedOption = AnyOptions['privileged']
type StatusOption = AnyOptions['status']

/**
 * The name of a column that may come with values of its own.
 *
 * @example
 * nameOf({ column: 'must', on: 'Y', off: 'N' }) // 'must'
 */
export function nameOf(column: string | { readonly column: string }): string {
  return typeof column === 'string' ? column : column.column
}

/** The columns of the account that hold its privilege. */
export function privilegeColumns(privileged: PrivilegedOption): readonly string[] {
  if (privileged === noPrivilegedUsers || 'role' in privileged) return []
  return 'of' in privileged ? privileged.columns : [privileged.column]
}

/** The table of roles, where there is one. */
export function roleTable(privileged: PrivilegedOption): RoleTable<AnyTables, string> | undefined {
  return privileged !== noPrivilegedUsers && 'role' in privileged ? privileged : undefined
}

/** The statuses that a value of a column can name. */
export const namedStatuses = ['active', 'pending', 'suspended', 'deleted'] as const

/** The columns that hold a status. */
export function statusColumns(status: StatusOption): readonly string[] {
  return 'of' in status ? status.columns : [status.column]
}

/** All values that name a status. */
export function statusValues(
  status: Exclude<StatusOption, { readonly columns: unknown }>,
): readonly ColumnValue[] {
  return namedStatuses.flatMap((name) => status[name] ?? [])
}
