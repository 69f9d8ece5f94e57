import type { AccountStatus } from './user.ts'
import type { VerificationReason } from './verification.ts'

/**
 * Why a reset did not happen, or is not known to have happened. The same words stand in code, over
 * HTTP and in the documentation. A new code comes with a minor version.
 */
export type FailureCode =
  /** The request itself is wrong: a missing user id, a reason that is too long. */
  | 'invalid_request'
  /** The operator may not do this. */
  | 'forbidden'
  /** There is no such account, or this operator may not know of the account. */
  | 'user_not_found'
  /** The account's status, or a configured rule, does not allow a reset. */
  | 'not_eligible'
  /** Operators do not reset their own password this way. */
  | 'own_account'
  /** The account is privileged. */
  | 'privileged_user'
  /** The account changed after the operator looked at it. */
  | 'conflict'
  /** The caller was not identified, or not well enough. `detail` says why. */
  | 'verification_required'
  /** The store refused the generated password. */
  | 'password_rejected'
  /** No sufficiently strong password meets the store's rules. */
  | 'rules_unsatisfiable'
  /** The user could not be made to change the temporary password. */
  | 'must_change_ineffective'
  /** The store's own account lacks a right. */
  | 'store_denied'
  /** The store could not be reached, or failed before anything was changed. */
  | 'store_unavailable'
  /** Too much work is queued; nothing was changed. */
  | 'busy'
  /** The write may or may not have happened. */
  | 'outcome_unknown'
  /** The audit event could not be stored, so nothing was changed. */
  | 'audit_unavailable'
  /** The caller's signal was aborted before the write. */
  | 'aborted'

/** The codes that a store may answer when it has changed nothing. */
export type RefusalCode = Extract<
  FailureCode,
  | 'user_not_found'
  | 'not_eligible'
  | 'conflict'
  | 'password_rejected'
  | 'rules_unsatisfiable'
  | 'must_change_ineffective'
  | 'store_denied'
  | 'store_unavailable'
  | 'busy'
>

/** The part of a foreign error that may travel: names and codes, and never a value. */
export interface SafeCause {
  /** The error's class, such as `TimeoutError`. */
  readonly name?: string | undefined
  /** A driver's or operating system's code, such as `ECONNREFUSED`. */
  readonly code?: string | undefined
  /** Five characters of SQLSTATE (ISO 9075). */
  readonly sqlState?: string | undefined
  /** LDAP result code (RFC 4511, section 4.1.9). */
  readonly ldapResult?: number | undefined
}

/**
 * The exact reason, with parameters, so that the reason can be translated. {@link explainFailure}
 * words the reason in English.
 */
export type FailureDetail =
  /** A field of the request is wrong. `limit` is in characters. */
  | {
      readonly reason: 'field'
      readonly field: string
      readonly problem: 'missing' | 'not_a_string' | 'too_long' | 'malformed'
      readonly limit?: number | undefined
    }
  /** The account's status does not allow a reset. */
  | { readonly reason: 'status'; readonly status: AccountStatus }
  /** A configured `eligible` rule, in its own words. */
  | { readonly reason: 'rule'; readonly message: string }
  /** An operator was denied, in the words of `deny()`. */
  | { readonly reason: 'denied'; readonly message: string }
  /** The caller's own function failed, so the answer is no. */
  | {
      readonly reason: 'callback_failed'
      readonly callback:
        | 'authorize'
        | 'eligible'
        | 'isSelf'
        | 'audit'
        | 'pending'
        | 'store'
        | 'scope'
        | 'now'
    }
  /** The version is not the one the operator saw. */
  | { readonly reason: 'stale_version' }
  /** The version was made with a key that this process does not have. `keyLabel` is its label. */
  | { readonly reason: 'foreign_version'; readonly keyLabel: string }
  /** The account changed between the last look and the write. */
  | { readonly reason: 'changed_during_write' }
  /** The rules allow no password, or none of `leastBits`. */
  | { readonly reason: 'rules'; readonly bits: number; readonly leastBits: number }
  /** The audit sink did not answer within `limitMs` milliseconds. */
  | { readonly reason: 'audit_timeout'; readonly limitMs: number }
  | StoreReason
  | VerificationReason

/**
 * The store's own reason: a stable key for translation, and plain words. Each adapter exports its
 * keys as a closed union. {@link explainFailure} adds what became of the account.
 */
export interface StoreReason {
  readonly reason: 'store'
  readonly key: string
  /** One or two English sentences that say what is so. */
  readonly what: string
  /** What to do about it, in English. */
  readonly cure?: string | undefined
  readonly parameters?: Readonly<Record<string, string | number>> | undefined
  readonly cause?: SafeCause | undefined
}
