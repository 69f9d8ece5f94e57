import type { RawBuilder } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions } from '../options/any-database.ts'
import { isText } from '../options/column-value.ts'
import { nameOf } from '../options/named-columns.ts'
import { columnOf, type TableAlias } from './columns.ts'

type MustChangeOption = NonNullable<AnyOptions['columns']['mustChange']>

/** The column for must-change, in the table of the accounts or in the table of the passwords. */
export interface MustChangeColumn {
  readonly alias: TableAlias
  readonly option: MustChangeOption
}

/** The column for must-change; `undefined` where nobody can be made to change the password. */
export function mustChangeColumn({
  columns,
  credentials,
}: AnyOptions): MustChangeColumn | undefined {
  if (columns.mustChange !== undefined) return { alias: 'u', option: columns.mustChange }
  const option = credentials?.columns.mustChange
  return option === undefined ? undefined : { alias: 'c', option }
}

/**
 * Whether a reset writes true, false or a number to the column. A column of text or of an
 * enumeration can take those for the opposite.
 */
export function isWrittenAsFlag(dialect: SqlDialect, option: MustChangeOption): boolean {
  if (typeof option === 'string') return true
  return [option.on, option.off].some((value) => dialect.needsFlag(value))
}

/** Whether the column of must-change holds flags; `undefined` where the column need not. */
export function flagCondition(
  dialect: SqlDialect,
  options: AnyOptions,
): RawBuilder<boolean> | undefined {
  const column = mustChangeColumn(options)
  return column && isWrittenAsFlag(dialect, column.option)
    ? dialect.holdsFlag(columnOf(column.alias, nameOf(column.option)))
    : undefined
}

/**
 * Reads a column of must-change from its text. `undefined` for a value that the options do not
 * name.
 */
export function readMustChange(option: MustChangeOption, text: string | null): boolean | undefined {
  const { on, off } =
    typeof option === 'string' ? { on: true, off: text === null ? null : false } : option
  if (isText(on, text)) return true
  if (isText(off, text)) return false
  // A number that is not 0 is true in every language that reads the column as a flag.
  return typeof option === 'string' && Number(text) !== 0 && !Number.isNaN(Number(text))
    ? true
    : undefined
}
