import type { AccountStatus, ListQuery } from '@force-reset/core'
import { searchParts, searchSpellings } from '@force-reset/core/store'
import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions, Row } from '../options/any-database.ts'
import type { AccountReader } from './account-reader.ts'
import { statusCondition } from './account-status.ts'
import { allEqual, allOf, columnOf } from './columns.ts'
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
  const { statuses, after, rows } = query
  const search = searchParts(query.search)
  const username = columnOf('u', options.columns.username)
  const columns = sql.join(reader.columns.map((name) => columnOf('u', name)))
  return dialect.page({
    select: reader.select,
    accounts: sql`SELECT ${columns} FROM ${sql.table(options.table)} AS ${sql.ref('u')}`,
    next: [
      ...reader.scope,
      sql`${username} IS NOT NULL`,
      ...(after === undefined ? [] : isAfter(dialect, options, after)),
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
export function isAfter(
  dialect: SqlDialect,
  options: AnyOptions,
  place: PagePlace,
): readonly RawBuilder<unknown>[] {
  const { columns } = options
  const username = columnOf('u', columns.username)
  // Without the id there is no telling accounts of one name apart: they are left out. Where the
  // name is not whole either, the account itself comes again, and a page of one account repeats.
  if (place.id === null) return [sql`${username} > ${place.username}`]
  const start = nameAt(dialect, options, { ...place, id: place.id })
  return [
    sql`${username} >= ${start}`,
    sql`(${username} > ${start} OR ${columnOf('u', columns.id)} > ${place.id})`,
  ]
}

/**
 * The user name in the database's own value: bytes that are no text, or a number, compare otherwise
 * than the text that was read. The text stands in for an account that is gone or has a new name.
 */
function nameAt(
  dialect: SqlDialect,
  { table, columns, scope }: AnyOptions,
  { username, isWhole, id }: PagePlace & { readonly id: string },
): RawBuilder<unknown> {
  const name = columnOf('p', columns.username)
  const same = allOf([
    ...allEqual(dialect, 'p', { [columns.id]: id }),
    ...allEqual(dialect, 'p', scope),
    ...(isWhole ? [dialect.readsAs(name, username)] : []),
  ])
  const own = sql`SELECT ${name} FROM ${sql.table(table)} AS ${sql.ref('p')} WHERE ${same}`
  return sql`COALESCE((${own} ${dialect.limit(1)}), ${username})`
}

/** Every part of the search is in one of the columns. */
function searchConditions(
  dialect: SqlDialect,
  { columns }: AnyOptions,
  search: readonly string[],
): readonly RawBuilder<unknown>[] {
  const searched = [columns.username, columns.email, columns.displayName].filter(
    (name) => name !== undefined,
  )
  const values = [...new Set(searched)].map((name) => columnOf('u', name))
  return search.map((part) => {
    const hits = searchSpellings(part).flatMap((spelling) =>
      values.map((value) => dialect.contains(value, spelling)),
    )
    return sql`(${sql.join(hits, sql` OR `)})`
  })
}

function statusConditions(
  dialect: SqlDialect,
  { status }: AnyOptions,
  statuses: readonly AccountStatus[] | undefined,
): readonly RawBuilder<unknown>[] {
  const condition = statuses && statusCondition(dialect, status, statuses)
  return condition ? [condition] : []
}
