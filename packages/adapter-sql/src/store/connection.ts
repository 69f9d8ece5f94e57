import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyDatabase, AnyOptions } from '../options/any-database.ts'

/** How long one statement may take, in milliseconds. */
export function timeoutOf({ timeoutMs = 10_000 }: AnyOptions): number {
  return timeoutMs
}

/** The pool gave no connection, so nothing was sent to the database. */
export class NoConnectionError extends Error {
  override readonly name = 'NoConnectionError'

  /** What the driver or its pool said. */
  readonly reason: unknown

  constructor(reason: unknown) {
    super('There is no connection.')
    this.reason = reason
  }
}

/**
 * Does the work on one connection of the pool.
 *
 * @throws {NoConnectionError} where the pool gives none.
 */
export async function onConnection<T>(
  db: AnyDatabase,
  work: (connection: AnyDatabase) => Promise<T>,
): Promise<T> {
  let given = false
  try {
    return await db.connection().execute((connection) => {
      given = true
      return work(connection)
    })
  } catch (error) {
    throw given ? error : new NoConnectionError(error)
  }
}

/**
 * A transaction is open on this connection that the store did not begin. Somebody could roll that
 * transaction back after the password was shown.
 */
export class OpenTransactionError extends Error {
  override readonly name = 'OpenTransactionError'
}

/**
 * Asked while the connection is held, so that no transaction of Kysely's own is open on it.
 *
 * @throws {OpenTransactionError} where the driver says that a transaction is open.
 */
export function refuseOpenTransaction(dialect: SqlDialect, connection: AnyDatabase): void {
  if (dialect.isTransactionOpen(connection.getExecutor().adapter)) throw new OpenTransactionError()
}
