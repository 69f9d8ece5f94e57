import type { AccountStatus } from '@force-reset/core'
import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions, Row } from '../options/any-database.ts'
import type { ColumnValue } from '../options/options.ts'
import { columnOf, oneOf } from './columns.ts'

type StatusOption = AnyOptions['status']

const named = ['active', 'pending', 'suspended', 'deleted'] as const

/** The columns that a status is read from. */
export function statusColumns(status: StatusOption): readonly string[] {
  return 'of' in status ? status.columns : [status.column]
}

/** All the values that say a status. */
export function statusValues(
  status: Exclude<StatusOption, { readonly columns: unknown }>,
): readonly ColumnValue[] {
  return named.flatMap((name) => status[name] ?? [])
}

/**
 * The status of an account. What nobody has named is `unknown`, and so is what a function throws
 * on.
 */
export function statusOf(
  status: StatusOption,
  read: { readonly row: Row; readonly text: string | null; readonly now: Date },
): AccountStatus {
  if (!('of' in status))
    return (
      named.find((name) => (status[name] ?? []).some((value) => isText(value, read.text))) ??
      'unknown'
    )
  try {
    const answer = status.of(read.row, read.now)
    return named.find((name) => name === answer) ?? 'unknown'
  } catch {
    return 'unknown'
  }
}

/**
 * Whether the database's text is this value: booleans are `true` or `t` in one database, `1` in
 * another.
 */
export function isText(value: ColumnValue, text: string | null): boolean {
  if (value === null || text === null) return value === text
  // MariaDB and MySQL write a bit as the character that has its code.
  const read = text.length === 1 && text < ' ' ? String(text.charCodeAt(0)) : text
  if (typeof value === 'boolean')
    return (value ? ['true', 't', '1'] : ['false', 'f', '0']).includes(read)
  return String(value) === read
}

/** A condition for these statuses; `undefined` where only the function knows. */
export function statusCondition(
  dialect: SqlDialect,
  status: StatusOption,
  statuses: readonly AccountStatus[],
): RawBuilder<boolean> | undefined {
  if ('of' in status) return undefined
  const column = columnOf('u', status.column)
  const wanted = oneOf(
    dialect,
    column,
    statuses.flatMap((name) => (name === 'unknown' ? [] : (status[name] ?? []))),
  )
  if (!statuses.includes('unknown')) return wanted
  return sql<boolean>`(${wanted} OR (${isKnown(dialect, column, statusValues(status))}) IS NOT TRUE)`
}

/**
 * Each letter counts here, as in {@link isText}: a collation would know accounts that are unknown.
 */
function isKnown(
  dialect: SqlDialect,
  column: RawBuilder<unknown>,
  values: readonly ColumnValue[],
): RawBuilder<unknown> {
  const texts = values.filter((value) => typeof value === 'string')
  const others = values.filter((value) => typeof value !== 'string')
  return sql.join(
    [oneOf(dialect, column, others), ...texts.map((text) => dialect.hasText(column, text))],
    sql` OR `,
  )
}
