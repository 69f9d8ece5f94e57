import type { ForceResetErrorCode } from './errors.ts'
import { ForceResetError, StoreError } from './errors.ts'
import type { FailureCode, FailureDetail, SafeCause } from './failure.ts'

/** The parts of an error that may be told, without the content of a foreign error. */
export interface SafeError {
  /** Class of the error, such as `TypeError`. */
  readonly name?: string | undefined
  /** Of our own errors and of failures of a store only. */
  readonly code?: ForceResetErrorCode | FailureCode | undefined
  /** Of failures of a store: the key of the store's reason, such as `row_locked`. */
  readonly key?: string | undefined
  /** Of our own errors only; the message names options and types, never values. */
  readonly message?: string | undefined
  /** Of foreign errors: codes of the driver, the operating system, SQL or LDAP. */
  readonly cause?: SafeCause | undefined
}

/**
 * The parts of an error that may be told. An error of our own is told with its name, code and
 * message. Of a foreign error only the class and known kinds of codes are told, because its message
 * can hold anything. An error that cannot be read is told too.
 *
 * @example
 * const line = (error: unknown) => JSON.stringify(safeError(error))
 */
export function safeError(error: unknown): SafeError {
  try {
    if (error instanceof ForceResetError)
      return { name: error.name, code: error.code, message: error.message }
    if (error instanceof StoreError) return { name: error.name, ...safeFailure(error) }
    return { name: classOf(error), cause: codesOf(error) }
  } catch {
    return { name: 'unreadable' }
  }
}

/** A failure, and the store's own reason for it. */
interface Failure {
  readonly code: FailureCode
  readonly detail?: FailureDetail | undefined
}

/** The parts of a store's failure that may be told: code, key and cause. */
export function safeFailure({ code, detail }: Failure): SafeError {
  if (detail?.reason !== 'store') return { code }
  const { key, cause } = detail
  const name = textLike(cause?.name, word)
  const told = cause && { ...codesOf(cause), ...(name && { name }) }
  return { code, key: textLike(key, word), cause: told }
}

/**
 * The class and codes of an error of the application's own function, for the `cause` of a reason.
 *
 * @example
 * const reasonOf = (error: unknown) => ({ key: 'hasher', what: '…', cause: safeCauseOf(error) })
 */
export function safeCauseOf(error: unknown): SafeCause {
  const { name, cause } = safeError(error)
  return { name, ...cause }
}

/** A class whose name is no name is told as `Error`: only an identifier can hold no value. */
function classOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return textLike(error.constructor.name, word) ?? 'Error'
}

/** A class or a key. */
const word = /^\w{1,64}$/
/** What a code of a foreign error looks like: `ECONNREFUSED`, `ERR_INVALID_URL`, `23505`. */
const codeText = /^[0-9A-Z][0-9A-Z_]{1,63}$/
/** SQLSTATE (ISO 9075): five characters, a digit among them. */
const sqlStateText = /^(?=.*\d)[0-9A-Z]{5}$/
/** Greatest LDAP result code of RFC 4511 and the registered extensions. */
const greatestLdapResult = 4096

/** The codes of a foreign error, or of a cause; `undefined` where there are none. */
function codesOf(error: unknown): SafeCause | undefined {
  const given: Readonly<Record<keyof SafeCause, unknown>> = Object(error)
  const { code, sqlState = code, ldapResult: result = code } = given
  const codes = {
    code: textLike(code, codeText),
    sqlState: textLike(sqlState, sqlStateText),
    ldapResult:
      Number.isInteger(result) && Number(result) >= 0 && Number(result) <= greatestLdapResult
        ? Number(result)
        : undefined,
  }
  return Object.values(codes).some((part) => part !== undefined) ? codes : undefined
}

function textLike(value: unknown, form: RegExp): string | undefined {
  return typeof value === 'string' && form.test(value) ? value : undefined
}
