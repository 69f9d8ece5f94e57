import { StoreError } from '@force-reset/core'
import { within } from '@force-reset/core/store'
import { type RawBuilder, sql } from 'kysely'
import type { AccountReader, SeenAccount } from '../account/account-reader.ts'
import { allOf, columnOf } from '../account/columns.ts'
import { isStorable } from '../account/page-cursor.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyDatabase, AnyOptions, Row } from '../options/any-database.ts'
import { onConnection } from './connection.ts'
import type { Marks } from './mark.ts'
import { ambiguousId, commitsNothing, openTransaction } from './reasons.ts'
import { sqlFailure } from './sql-failure.ts'

/** The parts that every question to a store needs. They are made once for each store. */
export interface StoreParts {
  readonly db: AnyDatabase
  readonly dialect: SqlDialect
  readonly options: AnyOptions
  readonly reader: AccountReader
  readonly marks: Marks
}

/**
 * The rows of one statement that changes nothing.
 *
 * @throws {StoreError} where the database does not answer rows.
 */
export async function ask(
  { db, options: { timeoutMs = 10_000 } }: StoreParts,
  query: RawBuilder<Row>,
): Promise<readonly Row[]> {
  const { rows } = await within(timeoutMs, () =>
    onConnection(db, (connection) => query.execute(connection)),
  ).catch((error: unknown) => {
    const { code, detail } = sqlFailure(error)
    throw new StoreError(code === 'password_rejected' ? 'store_unavailable' : code, detail)
  })
  return rows
}

/**
 * The accounts of a statement of the reader.
 *
 * @throws {StoreError} also for a connection on which a write would be lost.
 */
export async function readAccounts(
  parts: StoreParts,
  query: RawBuilder<Row>,
): Promise<readonly SeenAccount[]> {
  const rows = await ask(parts, query)
  const connection = Number(rows[0]?.['a'] ?? 1)
  if (connection !== 1)
    throw new StoreError('store_unavailable', connection === 3 ? openTransaction : commitsNothing)
  return rows.map(parts.reader.seen)
}

/** The account with exactly this id, as the database has it now. */
export async function look(parts: StoreParts, id: string): Promise<SeenAccount | undefined> {
  const { options, reader } = parts
  if (!isStorable(id)) return undefined
  const own = sql`${columnOf('u', options.columns.id)} = ${id}`
  const query = sql<Row>`${reader.look} WHERE ${allOf([own, ...reader.scope])} LIMIT 2`
  const rows = await readAccounts(parts, query).catch(async (error: unknown) => {
    if (isOfAnotherType(error) && (await isOutOfType(parts, [own]))) return []
    throw error
  })
  // MariaDB and MySQL take '42x' for 42, and a collation takes 'A' for 'a'.
  const found = rows.filter(({ user }) => user.id === id)
  if (found.length > 1) throw new StoreError('store_unavailable', ambiguousId)
  return found[0]
}

/** Whether these conditions hold a value of another type. Otherwise the options do. */
export async function isOutOfType(
  parts: StoreParts,
  conditions: readonly RawBuilder<unknown>[],
): Promise<boolean> {
  const { table } = parts.options
  const query = sql<Row>`SELECT 1 FROM ${sql.table(table)} AS ${sql.ref('u')}
    WHERE ${allOf([...conditions, sql`1 = 0`])}`
  return await ask(parts, query).then(() => false, isOfAnotherType)
}

/**
 * Whether a database says that this text cannot be a value of that column: not a number, not a UUID
 * (22P02), too large (22003), not a moment (22007, 22008), or with letters that its character set
 * does not have (MariaDB, MySQL).
 */
export function isOfAnotherType(error: unknown): boolean {
  const { sqlState = '', code = '' } =
    (error instanceof StoreError && error.detail?.reason === 'store' && error.detail.cause) || {}
  return (
    ['22P02', '22003', '22007', '22008'].includes(sqlState) ||
    ['ER_CANT_AGGREGATE_2COLLATIONS', 'ER_IMPOSSIBLE_STRING_CONVERSION'].includes(code)
  )
}
