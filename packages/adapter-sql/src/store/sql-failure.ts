import type { FailureCode, FailureDetail, SafeCause } from '@force-reset/core'
import { NoConnectionError } from './on-connection.ts'
import { OpenTransactionError, openTransaction } from './open-transaction.ts'
import { DeadlineError } from './within-deadline.ts'

/**
 * What a driver's error means. The error itself goes no further: it can hold the statement, its
 * parameters, a row.
 */
export interface SqlFailure {
  readonly code: Extract<
    FailureCode,
    'store_denied' | 'store_unavailable' | 'busy' | 'password_rejected'
  >
  readonly detail: FailureDetail
  /**
   * Whether the database said that the statement did not happen. Otherwise it may have, or may be
   * later.
   */
  readonly certain: boolean
  /** Whether the same transaction can succeed when it is repeated. */
  readonly repeatable: boolean
}

interface FailureKind {
  readonly key: string
  readonly code: SqlFailure['code']
  readonly message: string
  readonly uncertain?: true
  readonly repeatable?: true
  /** SQLSTATE (ISO 9075), its first characters. */
  readonly sqlStates: readonly string[]
  /** Error numbers of MariaDB and MySQL that share an SQLSTATE with others. */
  readonly mysql?: readonly number[]
  /** Result codes of SQLite, primary or extended (https://sqlite.org/rescode.html). */
  readonly sqlite?: readonly number[]
  /** Codes of Node and of drivers. */
  readonly codes?: RegExp
}

/** The first that fits decides. */
const kinds: readonly FailureKind[] = [
  {
    key: 'contention',
    code: 'busy',
    message:
      'Other transactions kept changing the same account. Nothing was changed. Try again in a moment.',
    repeatable: true,
    sqlStates: ['40001', '40P01'],
    mysql: [1213, 1020],
  },
  {
    key: 'locked',
    code: 'busy',
    message:
      'Another transaction holds a lock on the account. Nothing was changed. Try again in a moment.',
    sqlStates: ['55P03'],
    mysql: [1205],
    sqlite: [5, 6],
  },
  {
    key: 'read_only',
    code: 'store_unavailable',
    message:
      'The database is read-only: a replica, or a server in maintenance. Nothing was changed. Connect the application to the primary.',
    sqlStates: ['25006'],
    mysql: [1290, 1792, 1836],
    sqlite: [8],
  },
  {
    key: 'denied',
    code: 'store_denied',
    message:
      "The application's database user may not do this. Nothing was changed. Grant it SELECT and UPDATE on the users table, and DELETE on the tables that a reset empties.",
    sqlStates: ['42501'],
    mysql: [1044, 1142, 1143, 1227],
    sqlite: [3, 23],
  },
  {
    key: 'denied',
    code: 'store_denied',
    message:
      "The database did not let the application's user in. Nothing was changed. Check the name, the password, from where that user may connect, and that it is neither locked nor has to change its password.",
    sqlStates: ['28'],
    // Locked: 3118 on MySQL, 4151 on MariaDB. Has to change its password: 1820, 1862.
    mysql: [1045, 1130, 1698, 1820, 1862, 3118, 4151],
  },
  {
    key: 'no_database',
    code: 'store_unavailable',
    message:
      "The server has no database of this name. Nothing was changed. Correct the name in the application's connection to it.",
    sqlStates: ['3D000'],
    mysql: [1049],
  },
  {
    key: 'not_updatable',
    code: 'store_unavailable',
    message:
      'A table or column of the configuration cannot be changed: it is a view, or the database generates it. Nothing was changed. Name the table or column behind it.',
    sqlStates: ['55000', '42809', '428C9'],
    mysql: [1288, 1906, 3105],
  },
  {
    key: 'too_many_connections',
    code: 'store_unavailable',
    message: 'The database takes no more connections. Nothing was changed. Try again in a moment.',
    sqlStates: ['53300', '08004'],
    mysql: [1040, 1203],
  },
  {
    key: 'quota',
    code: 'store_unavailable',
    message:
      "The application's database user has used up what the database grants it: connections at a time, or queries, changes or connections in an hour. Nothing was changed. Raise that limit, or make the pool smaller.",
    sqlStates: [],
    mysql: [1226],
  },
  {
    key: 'schema',
    code: 'store_unavailable',
    message:
      'The tables are not as the configuration describes them. Nothing was changed. Compare the names and types of its columns with the database.',
    sqlStates: ['42', '22P02', '3F'],
    mysql: [1054, 1146, 1064, 1267, 1270, 1271, 1366, 3988],
    sqlite: [1],
  },
  {
    key: 'referenced',
    code: 'store_unavailable',
    message:
      'A foreign key refused the reset: rows of another table belong to rows that it deletes or changes, such as sessions. Nothing was changed. Let the foreign key delete them with those (ON DELETE CASCADE), or name their table in the option ended, before the other.',
    sqlStates: ['23503', '23001'],
    mysql: [1216, 1217, 1451, 1452],
    sqlite: [787],
  },
  {
    key: 'trigger',
    code: 'store_unavailable',
    message:
      'A trigger or function in the database refused the reset. Nothing was changed. Its author knows why, and the log of the database.',
    sqlStates: ['P0', '45'],
    mysql: [1644],
    sqlite: [1811],
  },
  {
    key: 'constraint',
    code: 'password_rejected',
    message:
      'A constraint of the users table refused the new values. Nothing was changed. Check the length and the conditions of its columns.',
    sqlStates: ['23', '22'],
    mysql: [1062, 1364, 1406, 3819, 4025],
    sqlite: [18, 19, 20],
  },
  {
    key: 'statement_timeout',
    code: 'store_unavailable',
    message:
      'The database cancelled a statement that took too long. Nothing was changed. Try again later.',
    sqlStates: ['57014', '70100'],
    mysql: [1317, 1969, 3024],
    sqlite: [9],
  },
  {
    key: 'full',
    code: 'store_unavailable',
    message: 'The database has no space left. Nothing was changed.',
    sqlStates: ['53100', '53200'],
    mysql: [1021, 1114],
    sqlite: [13],
  },
  {
    key: 'connection',
    code: 'store_unavailable',
    message: 'The connection to the database was lost.',
    uncertain: true,
    sqlStates: ['08', '57P', '40003'],
    // 2006 and 2013 come from a proxy that lost its own connection to the server.
    mysql: [1053, 1927, 2006, 2013],
    codes: /^(E[A-Z]{3,}|PROTOCOL_[A-Z_]+)$/,
  },
]

const otherAnswer: Pick<FailureKind, 'key' | 'code' | 'message'> = {
  key: 'database_error',
  code: 'store_unavailable',
  message: 'The database answered with an error. Nothing was changed.',
}

/** Looks only at numbers and codes, never at a message. */
export function sqlFailure(error: unknown): SqlFailure {
  if (error instanceof DeadlineError)
    return failureOf(
      { ...noAnswer, key: 'timeout', message: 'The database did not answer in time.' },
      {},
      false,
    )
  if (error instanceof OpenTransactionError)
    return { code: 'store_unavailable', detail: openTransaction, certain: true, repeatable: false }
  if (error instanceof NoConnectionError) return withoutConnection(error.reason)
  const signs = signsOf(error)
  const kind = kinds.find((candidate) => fits(candidate, signs))
  if (kind) return failureOf(kind, signs, kind.uncertain !== true)
  const answered =
    signs.sqlState !== undefined || signs.errno !== undefined || signs.sqlite !== undefined
  if (answered) return failureOf(otherAnswer, signs, true)
  return failureOf(isOfCode(error) ? codeFailed : noAnswer, signs, false)
}

/**
 * The server may have said why it takes no connection; otherwise it was not reached, or the pool
 * had none to give.
 */
function withoutConnection(reason: unknown): SqlFailure {
  const failure = sqlFailure(reason)
  if (failure.certain || failure.detail.reason !== 'store') return failure
  return {
    ...failure,
    certain: true,
    detail: { ...failure.detail, key: 'no_connection', message: noConnection },
  }
}

const noConnection =
  'There was no connection to the database: it could not be reached, or the pool had none free. Nothing was changed. If the database is up, make the pool larger, or let more wait for it, and longer.'

/** What JavaScript throws at wrong code, and no driver at a lost connection. */
function isOfCode(error: unknown): boolean {
  return [TypeError, RangeError, ReferenceError, SyntaxError].some((one) => error instanceof one)
}

const codeFailed: Pick<FailureKind, 'key' | 'code' | 'message'> = {
  key: 'driver_failed',
  code: 'store_unavailable',
  message:
    'The driver of the database, or a plugin of it, failed in its own code. Its versions may not fit, or a value that it was given.',
}

const noAnswer: Pick<FailureKind, 'key' | 'code' | 'message'> = {
  key: 'connection',
  code: 'store_unavailable',
  message: 'The connection to the database was lost.',
}

interface Signs {
  readonly name?: string | undefined
  readonly code?: string | undefined
  readonly sqlState?: string | undefined
  readonly errno?: number | undefined
  readonly sqlite?: number | undefined
}

function fits({ sqlStates, mysql, sqlite, codes }: FailureKind, signs: Signs): boolean {
  // The primary code is the low byte of an extended one.
  if (signs.sqlite !== undefined)
    return (
      sqlite?.some((code) => code === signs.sqlite || code === (signs.sqlite ?? 0) % 0x100) === true
    )
  if (signs.errno !== undefined && mysql?.includes(signs.errno)) return true
  if (signs.sqlState !== undefined)
    return sqlStates.some((start) => signs.sqlState?.startsWith(start))
  return signs.code !== undefined && codes?.test(signs.code) === true
}

function failureOf(
  kind: Pick<FailureKind, 'key' | 'code' | 'message' | 'repeatable'>,
  signs: Signs,
  certain: boolean,
): SqlFailure {
  const cause: SafeCause = {
    name: signs.name,
    code: signs.code ?? numbered(signs),
    sqlState: signs.sqlState,
  }
  return {
    code: kind.code,
    detail: { reason: 'store', key: kind.key, message: kind.message, cause },
    certain,
    repeatable: kind.repeatable === true,
  }
}

function numbered({ sqlite, errno }: Signs): string | undefined {
  if (sqlite !== undefined) return `SQLITE_${sqlite}`
  return errno === undefined ? undefined : `ER_${errno}`
}

/**
 * The numbers and codes that pg, mysql2, mariadb, node:sqlite and better-sqlite3 put on their
 * errors. Text is taken only where it looks like a code.
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
