import { StoreError } from '@force-reset/core'
import { within } from '@force-reset/core/store'
import { type RawBuilder, sql } from 'kysely'
import type { AccountReader, SeenAccount } from '../account/account-reader.ts'
import { allOf, columnOf } from '../account/columns.ts'
import { isStorable } from '../account/page-cursor.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyDatabase, AnyOptions, Row } from '../options/any-database.ts'
import { onConnection, timeoutOf } from './connection.ts'
import type { Marks } from './mark.ts'
import { ambiguousId, commitsNothing, openTransaction } from './reasons.ts'
import { storeErrorOf } from './sql-failure.ts'

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
  { db, options }: StoreParts,
  query: RawBuilder<Row>,
): Promise<readonly Row[]> {
  const { rows } = await within(timeoutOf(options), () =>
    onConnection(db, (connection) => query.execute(connection)),
  ).catch((error: unknown) => {
    throw storeErrorOf(error)
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
  const { dialect, options, reader } = parts
  if (!isStorable(id)) return undefined
  const own = sql`${columnOf('u', options.columns.id)} = ${id}`
  const conditions = allOf([own, ...reader.scope])
  const query = sql<Row>`${reader.look} WHERE ${conditions} ${dialect.limit(2)}`
  const rows = await readAccounts(parts, query).catch(async (error: unknown) => {
    if (await isOutOfType(parts, [own], error)) return []
    throw error
  })
  // MariaDB and MySQL take '42x' for 42, and a collation takes 'A' for 'a'.
  const found = rows.filter(({ user }) => user.id === id)
  if (found.length > 1) throw new StoreError('store_unavailable', ambiguousId)
  return found[0]
}

/**
 * Whether the error says that these conditions hold a value of another type. Otherwise the options
 * do.
 */
export async function isOutOfType(
  parts: StoreParts,
  conditions: readonly RawBuilder<unknown>[],
  error: unknown,
): Promise<boolean> {
  if (!isOfAnotherType(parts, error)) return false
  const { table } = parts.options
  const query = sql<Row>`SELECT 1 FROM ${sql.table(table)} AS ${sql.ref('u')}
    WHERE ${allOf([...conditions, sql`1 = 0`])}`
  return await ask(parts, query).then(
    () => false,
    (again: unknown) => isOfAnotherType(parts, again),
  )
}

function isOfAnotherType({ dialect }: StoreParts, error: unknown): boolean {
  const cause =
    error instanceof StoreError && error.detail?.reason === 'store' ? error.detail.cause : undefined
  return cause !== undefined && dialect.isOfAnotherType(cause)
}
