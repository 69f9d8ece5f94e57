import { SqliteAdapter } from 'kysely'
import type { AnyDatabase } from '../options/any-database.ts'

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

/** Kysely's adapter of a SQLite whose driver says whether a transaction is open. */
export class WatchedSqliteAdapter extends SqliteAdapter {
  readonly isTransactionOpen: () => boolean

  constructor(isTransactionOpen: () => boolean) {
    super()
    this.isTransactionOpen = isTransactionOpen
  }
}

/**
 * Asked while the connection is held, so that no transaction of Kysely's own is open on it.
 *
 * @throws {OpenTransactionError} where the driver says that a transaction is open.
 */
export function refuseOpenTransaction(connection: AnyDatabase): void {
  const { adapter } = connection.getExecutor()
  if (adapter instanceof WatchedSqliteAdapter && adapter.isTransactionOpen())
    throw new OpenTransactionError()
}
