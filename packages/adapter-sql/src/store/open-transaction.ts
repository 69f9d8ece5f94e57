import type { FailureDetail } from '@force-reset/core'
import { SqliteAdapter } from 'kysely'
import type { AnyDatabase } from '../options/any-database.ts'

/**
 * Somebody began a transaction on this connection by hand, and could roll it back after the
 * password was shown.
 */
export class OpenTransactionError extends Error {
  override readonly name = 'OpenTransactionError'
}

/** What is said of it. */
export const openTransaction: FailureDetail = {
  reason: 'store',
  key: 'open_transaction',
  message:
    'A transaction is open on the connection to the database, and could be rolled back after the password was shown. Nothing was changed. End it first, and use inTransaction for what belongs to the reset.',
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
 * @throws {OpenTransactionError} where the driver says so.
 */
export function refuseOpenTransaction(connection: AnyDatabase): void {
  const { adapter } = connection.getExecutor()
  if (adapter instanceof WatchedSqliteAdapter && adapter.isTransactionOpen())
    throw new OpenTransactionError()
}
