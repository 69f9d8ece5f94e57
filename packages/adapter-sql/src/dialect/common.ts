import { type QueryResult, type RawBuilder, sql } from 'kysely'
import type { UpdateParts } from './sql-dialect.ts'

// Pieces that several databases share. A dialect names each piece that fits.

/** What people leave around a word: blanks, tabs, ends of lines. */
export const blanks = ' \t\n\r'

/** Why a table of the trail refuses a statement. */
export const neverChanged = 'Rows of this table are never changed.'
export const neverDeleted = 'Rows of this table are never deleted.'

/** `UPDATE … AS …`, as PostgreSQL, MariaDB, MySQL and SQLite have it. */
export function updateAs({ table, alias, set, where }: UpdateParts): RawBuilder<unknown> {
  return sql`UPDATE ${sql.table(table)} AS ${sql.ref(alias)} SET ${sql.join(set)} WHERE ${where}`
}

/** `LIMIT`, as PostgreSQL, MariaDB, MySQL and SQLite have it. */
export function limitTo(rows: number): RawBuilder<unknown> {
  return sql`LIMIT ${sql.lit(rows)}`
}

/** The number that Kysely's own drivers put on a result. */
export function affectedRows({ numAffectedRows = 0n }: QueryResult<unknown>): number {
  return Number(numAffectedRows)
}

/** The names of an index or trigger of a table. */
export function nameBeside(table: string, what: string): RawBuilder<unknown> {
  return sql.ref(`${table}_${what}`)
}
