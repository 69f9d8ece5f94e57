import type { ProblemCode } from '../../wire/problem-code.ts'

/** A problem's code, and what can happen to an answer on its way. */
export type TroubleCode =
  | ProblemCode
  /** The account could not be loaded: no answer came. */
  | 'no_answer'
  /** The account could not be loaded: something else than the handler answered. */
  | 'unreadable_answer'
  /** Something in front of the handler refused the request; `parameters.status` is what it said. */
  | 'refused_on_the_way'

/** Why a request did not do what it was sent for. */
export interface Trouble {
  readonly code: TroubleCode
  /** The server's sentence, in English. */
  readonly detail?: string | undefined
  /** The exact reason, for translation. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
  readonly retryAfterSeconds?: number | undefined
  /** Finds a reset whose outcome is unknown in the audit trail. */
  readonly resetId?: string | undefined
}

/**
 * After these the same reset can be asked for again: nothing was changed, and the account is still
 * the one that the operator saw.
 */
const repeatable: ReadonlySet<TroubleCode> = new Set([
  'unauthenticated',
  'rate_limited',
  'busy',
  'store_unavailable',
  'audit_unavailable',
  'aborted',
  'invalid_request',
  'password_rejected',
])

/**
 * Whether the confirmation may offer the same reset again, or the account has to be loaded anew.
 */
export function isRepeatable({ code }: Trouble): boolean {
  return repeatable.has(code)
}
