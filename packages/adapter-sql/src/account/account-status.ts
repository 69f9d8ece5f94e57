import type { AccountStatus } from '@force-reset/core'
import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions, Row } from '../options/any-database.ts'
import { isText } from '../options/column-value.ts'
import { namedStatuses, statusValues } from '../options/named-columns.ts'
import type { ColumnValue } from '../options/options.ts'
import { columnOf, oneOf } from './columns.ts'

type StatusOption = AnyOptions['status']

/** The status of an account. A value that nobody has named is `unknown`, and so is an error. */
export function statusOf(
  status: StatusOption,
  read: { readonly row: Row; readonly text: string | null; readonly now: Date },
): AccountStatus {
  if (!('of' in status))
    return (
      namedStatuses.find((name) =>
        (status[name] ?? []).some((value) => isText(value, read.text)),
      ) ?? 'unknown'
    )
  try {
    const answer = status.of(read.row, read.now)
    return namedStatuses.find((name) => name === answer) ?? 'unknown'
  } catch {
    return 'unknown'
  }
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
  const known = isKnown(dialect, column, statusValues(status))
  return sql<boolean>`(${wanted} OR ${dialect.isNotTrue(known)})`
}

/** Each letter counts, as in {@link isText}: a collation would know values that are unknown. */
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
