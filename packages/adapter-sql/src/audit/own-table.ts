import { ForceResetError } from '@force-reset/core'
import { type Kysely, type QueryResult, type RawBuilder, sql } from 'kysely'
import { storeErrorOf } from '../store/sql-failure.ts'

// What the tables of this package share: the trail, and the resets that are pending.

/**
 * A transaction could be rolled back, and the row with it.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 */
export function refuseTransaction<DB>(name: string, db: Kysely<DB>): void {
  if (db?.isTransaction !== true) return
  throw new ForceResetError(
    'ERR_INVALID_CONFIG',
    `${name}: db is a transaction, which could be rolled back. Pass the database`,
  )
}

/**
 * Executes a statement.
 *
 * @throws {StoreError} in place of the driver's error, which can hold the statement and its values.
 */
export async function run<T, DB>(
  db: Kysely<DB>,
  statement: RawBuilder<T>,
): Promise<QueryResult<T>> {
  try {
    return await statement.execute(db)
  } catch (error) {
    throw storeErrorOf(error)
  }
}

/** `INSERT` of one row. */
export function insertInto(
  table: string,
  row: Readonly<Record<string, unknown>>,
): RawBuilder<unknown> {
  const names = Object.keys(row).map((name) => sql.ref(name))
  return sql`INSERT INTO ${sql.table(table)} (${sql.join(names)})
    VALUES (${sql.join(Object.values(row))})`
}
