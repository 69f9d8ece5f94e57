import type { SafeCause, StoreReason } from '@force-reset/core'
import type { HasherFailureKey } from '../hashing/hash-within.ts'
import type { SqlStatusReason } from '../options/options.ts'

/** Why the store itself refuses, or does not know what became of a write. */
type StoreKey =
  | 'ambiguous_id'
  | 'autocommit_off'
  | 'account_blocked'
  | 'account_disabled'
  | 'account_expired'
  | 'column_function'
  | 'column_value'
  | 'function_failed'
  | 'locked'
  | 'must_change_column'
  | 'no_password'
  | 'not_confirmed'
  | 'open_transaction'
  | 'transaction_refused'
  | 'write_matched_nothing'

/** The meaning of an error of a driver, of a pool or of a database. */
export type DatabaseFailureKey =
  | 'connection'
  | 'constraint'
  | 'contention'
  | 'database_error'
  | 'denied'
  | 'driver_failed'
  | 'full'
  | 'no_connection'
  | 'no_database'
  | 'not_updatable'
  | 'quota'
  | 'read_only'
  | 'referenced'
  | 'row_locked'
  | 'schema'
  | 'statement_timeout'
  | 'timeout'
  | 'too_many_connections'
  | 'trigger'

/**
 * The `key` of every reason that this store gives: in refusals, in unknown outcomes and in a
 * `StoreError`. A table of words over the keys has to be complete.
 *
 * @example
 * const german: Partial<Record<SqlFailureKey, string>> = {
 *   row_locked: 'Eine andere Transaktion sperrt das Konto.',
 * }
 */
export type SqlFailureKey = StoreKey | DatabaseFailureKey | HasherFailureKey

/** A reason with a key of this store. */
export interface SqlReason extends StoreReason {
  readonly key: SqlFailureKey
}

export const openTransaction: SqlReason = {
  reason: 'store',
  key: 'open_transaction',
  what:
    'A transaction is open on the connection to the database, and could be rolled back after the ' +
    'password was shown.',
  cure: 'End it first, and use inTransaction for what belongs to the reset.',
}

/** The reason for an account that a function of the options could not judge. */
export function functionFailed(cause: SafeCause): SqlReason {
  return {
    reason: 'store',
    key: 'function_failed',
    what: "A function of the application's own that judges accounts failed.",
    cure: "The application's log says why.",
    cause,
  }
}

export const transactionRefused: SqlReason = {
  reason: 'store',
  key: 'transaction_refused',
  what:
    "The application's own part of the transaction failed, or it or a trigger put another " +
    'password in the place of the new one.',
  cure: "The application's log says why.",
}

export const matchedNothing: SqlReason = {
  reason: 'store',
  key: 'write_matched_nothing',
  what: 'The account is as it was seen, and still the database changed no row of it.',
  cure:
    'If it happens again, a trigger, a row policy or a plugin of Kysely keeps the write from the ' +
    'row. Reloading the account does not help then.',
}

export const signsInElsewhere: SqlReason = {
  reason: 'store',
  key: 'no_password',
  what:
    'This account has no password here: its user signs in another way, for instance with single ' +
    'sign-on.',
  cure: 'Reset the password there.',
}

export const hashIsUnusable: SqlReason = {
  reason: 'store',
  key: 'no_password',
  what:
    'No password fits what is stored for this account. Its user signs in another way, or ' +
    'somebody has taken the password away.',
  cure: 'Give the account a password in the application first, if it is to have one.',
}

/** Why an account may not be reset, where the options tell the reason with the status. */
export const reasonsOfStatus: Readonly<Record<SqlStatusReason, SqlReason>> = {
  disabled: {
    reason: 'store',
    key: 'account_disabled',
    what: 'This account is switched off.',
    cure: 'Have an administrator switch the account on first.',
  },
  ended: {
    reason: 'store',
    key: 'account_expired',
    what: 'The end date of this account has passed.',
    cure: 'Have an administrator give the account a later end date first.',
  },
  blocked: {
    reason: 'store',
    key: 'account_blocked',
    what: 'An administrator has locked this account.',
    cure: 'Have an administrator lift the lock first: a reset never does.',
  },
  locked: {
    reason: 'store',
    key: 'locked',
    what: 'This account is locked by failed sign-ins.',
    cure: 'Wait until the lock ends, or have an administrator end it.',
  },
}

export const noFlag: SqlReason = {
  reason: 'store',
  key: 'must_change_column',
  what:
    'The column for must-change is not of a type for true and false. What a reset writes ' +
    'there could mean the opposite.',
  cure:
    'Name its values in the options, as text where it holds text: ' +
    "mustChange: { column, on: 'Y', off: 'N' }.",
}

export const commitsNothing: SqlReason = {
  reason: 'store',
  key: 'autocommit_off',
  what:
    'The connection to the database has autocommit switched off, so that a change would be ' +
    'lost.',
  cure: 'Switch it on for the pool or at the server.',
}

export const ambiguousId: SqlReason = {
  reason: 'store',
  key: 'ambiguous_id',
  what: 'Several rows of the users table belong to this id.',
  cure: 'The id has to be unique, and with it the row of the password.',
}

/** The reason where a function of `set` or `ended` threw. */
export function columnFunctionFailed(option: string, cause: SafeCause): SqlReason {
  return {
    reason: 'store',
    key: 'column_function',
    what: 'A function of the configuration failed that gives a column its new value.',
    cure: `Correct the function of the option ${option}.`,
    parameters: { option },
    cause,
  }
}

/** The reason where a function or the hasher gave no value that a column takes. */
export function noValue(option: string): SqlReason {
  return {
    reason: 'store',
    key: 'column_value',
    what: 'The configuration gave no value for a column that a reset sets.',
    cure:
      `Let the option ${option} give text, a number, a moment, bytes, true, false or null. ` +
      'With fromHasher, the hasher gives the value of that name.',
    parameters: { option },
  }
}

/** The reason for a write whose outcome the database was asked for in vain. */
export function notConfirmed(cause: SafeCause | undefined): SqlReason {
  return {
    reason: 'store',
    key: 'not_confirmed',
    what: 'The database did not answer whether the new password is stored.',
    cause,
  }
}
