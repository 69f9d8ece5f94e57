import type { AccountStatus, ListQuery } from '@force-reset/core'
import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions, Row } from '../options/any-database.ts'
import type { AccountReader } from './account-reader.ts'
import { statusCondition } from './account-status.ts'
import { columnOf } from './columns.ts'
import type { PagePlace } from './page-cursor.ts'

/** The accounts that a page is to hold. */
type PageQuery = Pick<ListQuery, 'search' | 'statuses'> & {
  readonly after: PagePlace | undefined
  readonly rows: number
}

/**
 * One batch of accounts in the order of user name and id, as statements to be tried in turn. The
 * first statement that fills the batch answers it, and otherwise the last.
 */
export function accountPages(
  dialect: SqlDialect,
  options: AnyOptions,
  reader: AccountReader,
  query: PageQuery,
): readonly RawBuilder<Row>[] {
  const { search = '', statuses, after, rows } = query
  const username = columnOf('u', options.columns.username)
  const columns = sql.join(reader.columns.map((name) => columnOf('u', name)))
  return dialect.page({
    select: reader.select,
    accounts: sql`SELECT ${columns} FROM ${sql.table(options.table)} AS ${sql.ref('u')}`,
    next: [
      ...reader.scope,
      sql`${username} IS NOT NULL`,
      ...(after === undefined ? [] : isAfter(options, after)),
    ],
    wanted: [
      ...searchConditions(dialect, options, search),
      ...statusConditions(dialect, options, statuses),
    ],
    search,
    order: sql`ORDER BY ${username}, ${columnOf('u', options.columns.id)}`,
    rows,
  })
}

/**
 * By key and not by offset: page 10,000 costs as much as page 1. An index answers the first
 * condition.
 */
export function isAfter({ columns }: AnyOptions, place: PagePlace): readonly RawBuilder<unknown>[] {
  const username = columnOf('u', columns.username)
  return [
    sql`${username} >= ${place.username}`,
    sql`(${username} > ${place.username} OR ${columnOf('u', columns.id)} > ${place.id})`,
  ]
}

function searchConditions(
  dialect: SqlDialect,
  { columns }: AnyOptions,
  search: string,
): readonly RawBuilder<unknown>[] {
  if (search === '') return []
  const searched = [columns.username, columns.email, columns.displayName].filter(
    (name) => name !== undefined,
  )
  const hits = [...new Set(searched)].map((name) => dialect.contains(columnOf('u', name), search))
  return [sql`(${sql.join(hits, sql` OR `)})`]
}

function statusConditions(
  dialect: SqlDialect,
  { status }: AnyOptions,
  statuses: readonly AccountStatus[] | undefined,
): readonly RawBuilder<unknown>[] {
  const condition = statuses && statusCondition(dialect, status, statuses)
  return condition ? [condition] : []
}
