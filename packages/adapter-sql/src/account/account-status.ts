import type { AccountStatus } from '@force-reset/core'
import { atOnce } from '@force-reset/core/store'
import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions, Row } from '../options/any-database.ts'
import { isText } from '../options/column-value.ts'
import { namedStatuses, statusReasons, statusValues } from '../options/named-columns.ts'
import type { ColumnValue, StatusAnswer } from '../options/options.ts'
import type { Failed } from './account-rule.ts'
import { columnOf, oneOf } from './columns.ts'

type StatusOption = AnyOptions['status']

const unknown: StatusAnswer = { status: 'unknown' }

/**
 * The status of an account, and the reason where the options tell it. A value that nobody has named
 * is `unknown`, and so is an error.
 */
export function statusOf(
  status: StatusOption,
  read: { readonly row: Row; readonly text: string | null; readonly now: Date },
  failed: Failed,
): StatusAnswer {
  if (!('of' in status)) {
    const holds = (values: readonly ColumnValue[] = []) =>
      values.some((value) => isText(value, read.text))
    return {
      status: namedStatuses.find((name) => holds(status[name])) ?? 'unknown',
      reason: statusReasons.find((name) => holds(status.reasons?.[name])),
    }
  }
  try {
    const answer = atOnce('status.of', () => status.of(read.row, read.now))
    const given: Partial<StatusAnswer> =
      typeof answer === 'object' && answer !== null ? answer : { status: answer }
    const named = namedStatuses.find((name) => name === given.status)
    if (named === undefined) return unknown
    return { status: named, reason: statusReasons.find((name) => name === given.reason) }
  } catch (error) {
    failed(error)
    return unknown
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
