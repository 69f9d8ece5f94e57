import type { AccountStatus, ListQuery } from '@force-reset/core'
import { type RawBuilder, sql } from 'kysely'
import type { AccountReader } from './account-reader.ts'
import { statusCondition } from './account-status.ts'
import type { AnyOptions, Row } from './any-database.ts'
import { allOf, columnOf } from './columns.ts'
import type { PagePlace } from './page-cursor.ts'
import type { SqlDialect } from './sql-dialect.ts'

/** One batch of accounts in the order of user name and id. */
export function accountPage(
  dialect: SqlDialect,
  options: AnyOptions,
  reader: AccountReader,
  query: Pick<ListQuery, 'search' | 'statuses'> & { readonly after: PagePlace | undefined; readonly rows: number },
): RawBuilder<Row> {
  const username = columnOf('u', options.columns.username)
  const id = columnOf('u', options.columns.id)
  const conditions = [
    ...reader.scope,
    sql`${username} IS NOT NULL`,
    ...searchConditions(dialect, options, query.search ?? ''),
    ...statusConditions(dialect, options, query.statuses),
    ...(query.after === undefined ? [] : isAfter(options, query.after)),
  ]
  return sql<Row>`${reader.select} WHERE ${allOf(conditions)} ORDER BY ${username}, ${id} LIMIT ${sql.lit(query.rows)}`
}

/** By key and not by offset: page 10,000 costs what page 1 does. The first condition is the one that an index answers. */
export function isAfter({ columns }: AnyOptions, place: PagePlace): readonly RawBuilder<unknown>[] {
  const username = columnOf('u', columns.username)
  return [sql`${username} >= ${place.username}`, sql`(${username} > ${place.username} OR ${columnOf('u', columns.id)} > ${place.id})`]
}

function searchConditions(dialect: SqlDialect, { columns }: AnyOptions, search: string): readonly RawBuilder<unknown>[] {
  if (search === '') return []
  const searched = [columns.username, columns.email, columns.displayName].filter((name) => name !== undefined)
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
