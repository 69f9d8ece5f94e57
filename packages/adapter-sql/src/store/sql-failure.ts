import type { FailureCode, SafeCause } from '@force-reset/core'
import { DeadlineError } from '@force-reset/core/store'
import type { SqlFailureKind } from '../dialect/failure-kind.ts'
import { failureKindOf } from '../dialect/failure-kind-of.ts'
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
  locked: {
    key: 'locked',
    code: 'busy',
    what: 'Another transaction holds a lock on the account.',
    cure: 'Try again in a moment.',
  },
  read_only: {
    key: 'read_only',
    code: 'store_unavailable',
    what: 'The database is read-only: a replica, or a server in maintenance.',
    cure: 'Connect the application to the primary.',
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
    cure: 'Its author knows why, and the log of the database.',
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
  },
  connection: {
    key: 'connection',
    code: 'store_unavailable',
    what: 'The connection to the database was lost.',
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
    uncertain: true,
  },
  driver_failed: {
    key: 'driver_failed',
    code: 'store_unavailable',
    what: 'The driver of the database, or a plugin of it, failed in its own code.',
    cure: 'Its versions may not fit, or a value that it was given.',
    uncertain: true,
  },
  database_error: {
    key: 'database_error',
    code: 'store_unavailable',
    what: 'The database answered with an error.',
  },
}

/** Codes of Node and of drivers for a connection that is gone. */
const connectionCodes = /^(E[A-Z]{3,}|PROTOCOL_[A-Z_]+)$/

/** The meaning of an error. Only numbers and codes are looked at, never a message. */
export function sqlFailure(error: unknown): SqlFailure {
  if (error instanceof DeadlineError) return failureOf('timeout')
  if (error instanceof OpenTransactionError)
    return { code: 'store_unavailable', detail: openTransaction, certain: true, repeatable: false }
  if (error instanceof NoConnectionError) return withoutConnection(error.reason)
  const signs = signsOf(error)
  return failureOf(kindOf(error, signs), signs)
}

function kindOf(error: unknown, signs: Signs): FailureKindName {
  const known = failureKindOf(signs)
  if (known !== undefined) return known
  const answered =
    signs.sqlState !== undefined || signs.errno !== undefined || signs.sqlite !== undefined
  if (answered) return 'database_error'
  if (connectionCodes.test(signs.code ?? '')) return 'connection'
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

interface Signs {
  readonly name?: string | undefined
  readonly code?: string | undefined
  readonly sqlState?: string | undefined
  readonly errno?: number | undefined
  readonly sqlite?: number | undefined
}

function failureOf(name: FailureKindName, signs: Signs = {}): SqlFailure {
  const { key, code, what, cure, uncertain, repeatable } = kinds[name]
  const cause: SafeCause = {
    name: signs.name,
    code: signs.code ?? numbered(signs),
    sqlState: signs.sqlState,
  }
  return {
    code,
    detail: { reason: 'store', key, what, cure, cause },
    certain: uncertain !== true,
    repeatable: repeatable === true,
  }
}

function numbered({ sqlite, errno }: Signs): string | undefined {
  if (sqlite !== undefined) return `SQLITE_${sqlite}`
  return errno === undefined ? undefined : `ER_${errno}`
}

/**
 * The numbers and codes that pg, mysql2, mariadb, node:sqlite and better-sqlite3 put on their
 * errors. Text is taken only where the text looks like a code.
 */
function signsOf(error: unknown): Signs {
  if (typeof error !== 'object' || error === null) return {}
  const code = textLike(Reflect.get(error, 'code'), /^[A-Z0-9_]{1,40}$/)
  const errno = wholeNumber(Reflect.get(error, 'errno'))
  const state =
    textLike(Reflect.get(error, 'sqlState'), /^[0-9A-Z]{5}$/) ??
    (code && textLike(code, /^[0-9][0-9A-Z]{4}$|^[A-Z][A-Z0-9]{4}$/))
  const errcode = wholeNumber(Reflect.get(error, 'errcode')) ?? betterSqliteCode(code)
  return {
    name: textLike(Reflect.get(error, 'name'), /^[A-Za-z]{1,40}$/),
    code,
    // Node's own codes, such as EPIPE, have five letters too.
    sqlState: state !== undefined && /[0-9]/.test(state) ? state : undefined,
    errno: errno !== undefined && errno > 0 ? errno : undefined,
    sqlite: errcode,
  }
}

const betterSqliteNames: Readonly<Record<string, number>> = {
  SQLITE_ERROR: 1,
  SQLITE_PERM: 3,
  SQLITE_BUSY: 5,
  SQLITE_LOCKED: 6,
  SQLITE_READONLY: 8,
  SQLITE_INTERRUPT: 9,
  SQLITE_FULL: 13,
  SQLITE_TOOBIG: 18,
  SQLITE_CONSTRAINT: 19,
  SQLITE_CONSTRAINT_FOREIGNKEY: 787,
  SQLITE_CONSTRAINT_TRIGGER: 1811,
  SQLITE_MISMATCH: 20,
  SQLITE_AUTH: 23,
}

function betterSqliteCode(code: string | undefined): number | undefined {
  const [name = ''] = /^SQLITE_[A-Z]+/.exec(code ?? '') ?? []
  return betterSqliteNames[code ?? ''] ?? betterSqliteNames[name]
}

function textLike(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) ? value : undefined
}
