import type { RawBuilder } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions } from '../options/any-database.ts'
import { allOf, columnOf, nameOf } from './columns.ts'

type MustChangeOption = NonNullable<AnyOptions['columns']['mustChange']>

/**
 * Whether what is written there is true, false or a number, which a column of text or of an
 * enumeration can take for the opposite.
 */
export function isWrittenAsFlag(dialect: SqlDialect, option: MustChangeOption): boolean {
  if (typeof option === 'string') return true
  // PostgreSQL reads each value as a text of the column's type, and SQLite keeps it.
  return (
    dialect.name === 'mysql' &&
    [option.on, option.off].some((value) => value !== null && typeof value !== 'string')
  )
}

/** Whether the columns of must-change hold flags; `undefined` where none has to. */
export function flagCondition(
  dialect: SqlDialect,
  { columns, credentials }: AnyOptions,
): RawBuilder<boolean> | undefined {
  const flags = (
    [
      ['u', columns.mustChange],
      ['c', credentials?.columns.mustChange],
    ] as const
  ).flatMap(([alias, option]) =>
    option !== undefined && isWrittenAsFlag(dialect, option)
      ? [dialect.holdsFlag(columnOf(alias, nameOf(option)))]
      : [],
  )
  return flags.length === 0 ? undefined : allOf(flags)
}
