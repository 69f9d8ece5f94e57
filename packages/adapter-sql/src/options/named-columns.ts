import type { AnyOptions, Row } from './any-database.ts'
import type { ColumnValue } from './options.ts'

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

/** The statuses that a value of a column can name. */
export const namedStatuses = ['active', 'pending', 'suspended', 'deleted'] as const

/** The reasons that the options can tell with a status. */
export const statusReasons = ['disabled', 'ended', 'blocked', 'locked'] as const

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

/**
 * A row for a function of the application. The row holds the columns that the options name, and
 * throws for every other column. Without the error a deleted account could look active, because a
 * name is missing. And a column that the write does not judge by could change unseen.
 */
export function namedRow(names: readonly string[], row: Row): Row {
  const own = Object.fromEntries(names.map((name) => [name, row[name]]))
  const check = (name: string | symbol): void => {
    if (typeof name === 'string' && !(name in own) && name !== 'toJSON')
      throw new TypeError(`The options do not name the column ${name}.`)
  }
  return new Proxy(own, {
    get: (target, name) => {
      check(name)
      return Reflect.get(target, name)
    },
    has: (target, name) => {
      check(name)
      return Reflect.has(target, name)
    },
  })
}
