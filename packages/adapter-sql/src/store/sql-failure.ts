import { type FailureCode, type SafeCause, StoreError } from '@force-reset/core'
import { DeadlineError } from '@force-reset/core/store'
import { type DriverError, readDriverError } from '../dialect/driver-error.ts'
import type { SqlFailureKind } from '../dialect/failure-kind.ts'
import { NoConnectionError, OpenTransactionError } from './connection.ts'
import { type DatabaseFailureKey, openTransaction, type SqlReason } from './reasons.ts'

/**
 * The meaning of a driver's error. The error itself goes no further: it can hold the statement, its
 * parameters, a row.
 */
export interface SqlFailure {
  readonly code: Extract<
    FailureCode,
    'store_denied' | 'store_unavailable' | 'busy' | 'password_rejected'
  >
  readonly detail: SqlReason
  /**
   * Whether the database said that the statement did not happen. Otherwise the statement may have
   * happened, or may happen later.
   */
  readonly certain: boolean
  /** Whether the same transaction can succeed when it is repeated. */
  readonly repeatable: boolean
}

interface FailureKind {
  readonly key: DatabaseFailureKey
  readonly code: SqlFailure['code']
  readonly what: string
  readonly cure?: string
  readonly uncertain?: true
  readonly repeatable?: true
}

/** A right that is missing and a user who is not let in have one key, and different words. */
type FailureKindName = DatabaseFailureKey | SqlFailureKind

const kinds: Readonly<Record<FailureKindName, FailureKind>> = {
  contention: {
    key: 'contention',
    code: 'busy',
    what: 'Other transactions kept changing the same account.',
    cure: 'Try again in a moment.',
    repeatable: true,
  },
  row_locked: {
    key: 'row_locked',
    code: 'busy',
    what: 'Another transaction holds a lock on the account.',
    cure: 'Try again in a moment.',
  },
  read_only: {
    key: 'read_only',
    code: 'store_unavailable',
    what:
      'The database is read-only: a replica, a server in maintenance, or an SQLite file that the ' +
      'application may not write.',
    cure: 'Connect the application to the primary, or let it write the file and its folder.',
  },
  denied: {
    key: 'denied',
    code: 'store_denied',
    what: "The application's database user may not do this.",
    cure:
      'Grant it SELECT and UPDATE on the users table, and DELETE on the tables that a reset ' +
      'empties.',
  },
  not_let_in: {
    key: 'denied',
    code: 'store_denied',
    what: "The database did not let the application's user in.",
    cure:
      'Check the name, the password, from where that user may connect, and that it is neither ' +
      'locked nor has to change its password.',
  },
  no_database: {
    key: 'no_database',
    code: 'store_unavailable',
    what: 'The server has no database of this name.',
    cure: "Correct the name in the application's connection to it.",
  },
  not_updatable: {
    key: 'not_updatable',
    code: 'store_unavailable',
    what:
      'A table or column of the configuration cannot be changed: it is a view, or the database ' +
      'generates it.',
    cure: 'Name the table or column behind it.',
  },
  too_many_connections: {
    key: 'too_many_connections',
    code: 'store_unavailable',
    what: 'The database takes no more connections.',
    cure: 'Try again in a moment.',
  },
  quota: {
    key: 'quota',
    code: 'store_unavailable',
    what:
      "The application's database user has used up what the database grants it: connections at a " +
      'time, or queries, changes or connections in an hour.',
    cure: 'Raise that limit, or make the pool smaller.',
  },
  schema: {
    key: 'schema',
    code: 'store_unavailable',
    what: 'The tables are not as the configuration describes them.',
    cure: 'Compare the names and types of its columns with the database.',
  },
  referenced: {
    key: 'referenced',
    code: 'store_unavailable',
    what:
      'A foreign key refused the reset: rows of another table belong to rows that it deletes or ' +
      'changes, such as sessions.',
    cure:
      'Let the foreign key delete them with those (ON DELETE CASCADE), or name their table in ' +
      'the option ended, before the other.',
  },
  trigger: {
    key: 'trigger',
    code: 'store_unavailable',
    what: 'A trigger or function in the database refused the reset.',
    cure: 'Ask its author, or look at the log of the database.',
  },
  constraint: {
    key: 'constraint',
    code: 'password_rejected',
    what: 'A constraint of the users table refused the new values.',
    cure: 'Check the length and the conditions of its columns.',
  },
  statement_timeout: {
    key: 'statement_timeout',
    code: 'store_unavailable',
    what: 'The database cancelled a statement that took too long.',
    cure: 'Try again later.',
  },
  full: {
    key: 'full',
    code: 'store_unavailable',
    what: 'The database has no space left.',
    cure: 'Free some space, or add more.',
  },
  connection: {
    key: 'connection',
    code: 'store_unavailable',
    what: 'The connection to the database was lost.',
    cure: 'Try again. If it goes on, look at the log of the database.',
    uncertain: true,
  },
  no_connection: {
    key: 'no_connection',
    code: 'store_unavailable',
    what:
      'There was no connection to the database: it could not be reached, or the pool had none ' +
      'free.',
    cure: 'If the database is up, make the pool larger, or let more wait for it, and longer.',
  },
  timeout: {
    key: 'timeout',
    code: 'store_unavailable',
    what: 'The database did not answer in time.',
    cure: 'Try again. If it goes on, look at the load of the database.',
    uncertain: true,
  },
  driver_failed: {
    key: 'driver_failed',
    code: 'store_unavailable',
    what: 'The driver of the database, or a plugin of it, failed in its own code.',
    cure: 'Compare the versions of the driver, of Kysely and of the plugins.',
    uncertain: true,
  },
  database_error: {
    key: 'database_error',
    code: 'store_unavailable',
    what: 'The database answered with an error.',
    cure: 'Look up its code in the log of the database.',
  },
}

/** The meaning of an error. Only numbers and codes are looked at, never a message. */
export function sqlFailure(error: unknown): SqlFailure {
  if (error instanceof DeadlineError) return failureOf('timeout')
  if (error instanceof OpenTransactionError)
    return { code: 'store_unavailable', detail: openTransaction, certain: true, repeatable: false }
  if (error instanceof NoConnectionError) return withoutConnection(error.reason)
  const read = readDriverError(error)
  return failureOf(kindOf(error, read), read.cause)
}

/**
 * The error of a statement that stores no password. Its constraints are no reason to refuse one.
 *
 * @example
 * await query.execute(db).catch((error: unknown) => { throw storeErrorOf(error) })
 */
export function storeErrorOf(error: unknown): StoreError {
  const { code, detail } = sqlFailure(error)
  return new StoreError(code === 'password_rejected' ? 'store_unavailable' : code, detail)
}

function kindOf(error: unknown, { kind, isAnswer }: DriverError): FailureKindName {
  if (kind !== undefined) return kind
  if (isAnswer) return 'database_error'
  return isOfCode(error) ? 'driver_failed' : 'connection'
}

/**
 * The server may have said why it takes no connection. Otherwise the server was not reached, or the
 * pool had no connection to give.
 */
function withoutConnection(reason: unknown): SqlFailure {
  const failure = sqlFailure(reason)
  if (failure.certain) return failure
  const { key, what, cure } = kinds.no_connection
  return { ...failure, certain: true, detail: { ...failure.detail, key, what, cure } }
}

/** JavaScript throws these at wrong code, and no driver throws them at a lost connection. */
function isOfCode(error: unknown): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((one) => error instanceof one)
}

function failureOf(name: FailureKindName, cause: SafeCause = {}): SqlFailure {
  const { key, code, what, cure, uncertain, repeatable } = kinds[name]
  return {
    code,
    detail: { reason: 'store', key, what, cure, cause },
    certain: uncertain !== true,
    repeatable: repeatable === true,
  }
}
