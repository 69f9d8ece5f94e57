import { type QueryResult, type RawBuilder, sql } from 'kysely'
import type { PageParts, SqlDialect, UpdateParts } from './sql-dialect.ts'

// Pieces that several databases share. A dialect names each piece that fits.

/** What people leave around a word: blanks, tabs, ends of lines. */
export const blanks = ' \t\n\r'

/** Why a table of the trail refuses a statement. */
export const neverChanged = 'Rows of this table are never changed.'
export const neverDeleted = 'Rows of this table are never deleted.'
export const neverReplaced = 'Rows of this table are never replaced.'

/** `UPDATE … AS …`, as PostgreSQL, MariaDB, MySQL and SQLite have it. */
export function updateAs({ table, alias, set, where }: UpdateParts): RawBuilder<unknown> {
  return sql`UPDATE ${sql.table(table)} AS ${sql.ref(alias)} SET ${sql.join(set)} WHERE ${where}`
}

/** `LIMIT`, as PostgreSQL, MariaDB, MySQL and SQLite have it. */
export function limitTo(rows: number): RawBuilder<unknown> {
  return sql`LIMIT ${sql.lit(rows)}`
}

/** The page as one statement. */
export function onePage({
  select,
  next,
  wanted,
  order,
  rows,
}: PageParts): ReturnType<SqlDialect['page']> {
  const all = sql.join([...next, ...wanted], sql` AND `)
  return [sql`${select()} WHERE ${all} ${order} ${limitTo(rows)}`]
}

/** `IS NOT TRUE`, as PostgreSQL, MariaDB, MySQL and SQLite have it. */
export function isNotTrue(condition: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql<boolean>`(${condition}) IS NOT TRUE`
}

/** The number that Kysely's own drivers put on a result. */
export function affectedRows({ numAffectedRows = 0n }: QueryResult<unknown>): number {
  return Number(numAffectedRows)
}

/** The names of an index or trigger of a table. */
export function nameBeside(table: string, what: string): RawBuilder<unknown> {
  return sql.ref(`${table}_${what}`)
}

/** A number on an error of a driver. */
export function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}
