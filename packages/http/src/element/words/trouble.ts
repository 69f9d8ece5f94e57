import type { FailureDetail } from '@force-reset/core'
import type { ProblemCode } from '../../wire/problem-code.ts'

/** The code of a problem, or the name of a fault on the way to the handler and back. */
export type TroubleCode =
  | ProblemCode
  /** The account could not be loaded: no response came. */
  | 'no_answer'
  /** The account could not be loaded: the response is not one of the handler. */
  | 'unreadable_answer'
  /** Something in front of the handler refused the request with the status `parameters.status`. */
  | 'refused_on_the_way'

/** A name that a newer server uses and that this version does not know. */
export type UnknownName = string & Readonly<Record<never, never>>

/** A detail of core as it travels: without English sentences. */
type OnTheWire<Detail> = Detail extends FailureDetail
  ? Omit<Detail, 'message' | 'what' | 'cure'>
  : never

/** The exact reason of a trouble, by its name in `reason`. */
export type TroubleReason = OnTheWire<FailureDetail>

/** The reason that has this name. */
export type ReasonNamed<Name extends TroubleReason['reason']> = Extract<
  TroubleReason,
  { readonly reason: Name }
>

/**
 * Why a request did not do what it was sent for. Texts of the server have their control and
 * bidirectional characters written out.
 */
export interface Trouble {
  readonly code: TroubleCode | UnknownName
  /** The sentence of the server, in English; for `rule` and `denied` in the application's words. */
  readonly detail?: string | undefined
  /** The exact reason, where this version knows the reason. */
  readonly reason?: TroubleReason | undefined
  /** The exact reason as the server sent it. */
  readonly parameters?: Readonly<Record<string, unknown>> | undefined
  readonly retryAfterSeconds?: number | undefined
  /** Finds a reset whose outcome is unknown in the audit trail. */
  readonly resetId?: string | undefined
}

/** What a code tells, besides its words. */
interface TroubleKind {
  /** Whether the operator is told that nothing was changed, after a reset was asked for. */
  readonly unchanged?: true
  /** Whether the same reset can be asked for again: the account is still as the operator saw it. */
  readonly repeatable?: true
}

const kinds: Readonly<Record<TroubleCode, TroubleKind>> = {
  invalid_request: { repeatable: true },
  forbidden: {},
  user_not_found: {},
  not_eligible: {},
  own_account: {},
  privileged_user: {},
  conflict: { unchanged: true },
  password_rejected: { unchanged: true, repeatable: true },
  rules_unsatisfiable: { unchanged: true },
  must_change_ineffective: { unchanged: true },
  store_denied: { unchanged: true },
  store_unavailable: { unchanged: true, repeatable: true },
  busy: { unchanged: true, repeatable: true },
  outcome_unknown: {},
  audit_unavailable: { unchanged: true, repeatable: true },
  aborted: { unchanged: true, repeatable: true },
  unauthenticated: { unchanged: true, repeatable: true },
  rate_limited: { unchanged: true, repeatable: true },
  cross_site: { unchanged: true },
  insecure_transport: { unchanged: true },
  version_required: { unchanged: true },
  unsupported_media_type: { unchanged: true },
  body_too_large: { unchanged: true },
  malformed: { unchanged: true },
  method_not_allowed: { unchanged: true },
  route_not_found: { unchanged: true },
  internal_error: { unchanged: true },
  no_answer: {},
  unreadable_answer: {},
  refused_on_the_way: { unchanged: true },
}

/** Whether this version knows the code. */
export function isTroubleCode(code: string): code is TroubleCode {
  return Object.hasOwn(kinds, code)
}

/** Whether the operator is told that nothing was changed. Nobody knows that of an unknown code. */
export function saysUnchanged(code: string): boolean {
  return isTroubleCode(code) && kinds[code].unchanged === true
}

/** Whether the confirmation may offer the same reset again, without loading the account anew. */
export function isRepeatable({ code }: Trouble): boolean {
  return isTroubleCode(code) && kinds[code].repeatable === true
}
