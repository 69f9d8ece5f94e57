import type { FailureCode, FailureDetail } from './failure.ts'

/** A mistake of a programmer. */
export type ForceResetErrorCode =
  /** An option is missing, contradictory or of the wrong type; the message names it. */
  | 'ERR_INVALID_CONFIG'
  /** A password format or rule is malformed. */
  | 'ERR_INVALID_FORMAT'
  /** The format and the rules allow no password, or only weak ones. */
  | 'ERR_RULES_UNSATISFIABLE'
  /** The temporary password was already revealed. */
  | 'ERR_SECRET_REVEALED'
  /** The temporary password was disposed of. */
  | 'ERR_SECRET_DISPOSED'
  /** A store used the lease of a password after the reset was over. */
  | 'ERR_LEASE_ENDED'
  /** A store made a mark of text that cannot be a mark; the message names the limits. */
  | 'ERR_INVALID_MARK'

/**
 * Thrown for misuse by the programmer. Expected outcomes are returned instead. The message names
 * parameters and types, never values.
 */
export class ForceResetError extends Error {
  override readonly name = 'ForceResetError'
  readonly code: ForceResetErrorCode

  constructor(code: ForceResetErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/**
 * Thrown by a store that cannot answer. `invalid_request` is for a cursor that the store did not
 * make. The error carries no foreign error.
 */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: Extract<
    FailureCode,
    'store_denied' | 'store_unavailable' | 'busy' | 'invalid_request'
  >
  readonly detail: FailureDetail | undefined

  constructor(code: StoreError['code'], detail?: FailureDetail) {
    super(`The user store answered ${code}.`)
    this.code = code
    this.detail = detail
  }
}
