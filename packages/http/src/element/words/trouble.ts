import type { FailureDetail } from '@force-reset/core'
import type { ProblemCode } from '../../wire/problem-code.ts'

/** The code of a problem, or the name of a fault on the way to the handler and back. */
export type TroubleCode =
  | ProblemCode
  /** The account could not be loaded: no response came. */
  | 'no_answer'
  /** The account could not be loaded: the response is not one of the handler. */
  | 'unreadable_answer'
  /** The browser is offline, so the reset was not sent. */
  | 'not_sent'
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
export interface TroubleKind {
  /** Whether the operator is told that nothing was changed, after a reset was asked for. */
  readonly unchanged?: true
  /** Whether the same reset can be asked for again: the account is still as the operator saw it. */
  readonly repeatable?: true
}

/**
 * The codes that tell nothing more: nothing was asked for, or nobody knows what was changed. The
 * words for a conflict say that this request changed nothing, because an earlier one may have.
 */
type SilentCode =
  | 'forbidden'
  | 'user_not_found'
  | 'not_eligible'
  | 'own_account'
  | 'privileged_user'
  | 'conflict'
  | 'outcome_unknown'
  | 'no_answer'
  | 'unreadable_answer'

const unchanged: TroubleKind = { unchanged: true }
const repeatable: TroubleKind = { unchanged: true, repeatable: true }

const kinds: Readonly<Record<Exclude<TroubleCode, SilentCode>, TroubleKind>> = {
  invalid_request: { repeatable: true },
  verification_required: unchanged,
  password_rejected: repeatable,
  rules_unsatisfiable: unchanged,
  must_change_ineffective: unchanged,
  store_denied: unchanged,
  store_unavailable: repeatable,
  busy: repeatable,
  audit_unavailable: repeatable,
  aborted: repeatable,
  unauthenticated: repeatable,
  rate_limited: repeatable,
  cross_site: unchanged,
  insecure_transport: unchanged,
  version_required: unchanged,
  unsupported_media_type: unchanged,
  body_too_large: unchanged,
  malformed: unchanged,
  method_not_allowed: unchanged,
  route_not_found: unchanged,
  internal_error: unchanged,
  not_sent: repeatable,
  refused_on_the_way: unchanged,
}

/** What a code tells, besides its words; nothing for a code that this version does not know. */
export function kindOf({ code }: Trouble): TroubleKind {
  return entryOf(kinds, code) ?? {}
}

/** The entry that has a name; `undefined` for a name that the table does not have. */
export function entryOf<Entry>(
  table: Readonly<Record<string, Entry>>,
  name: string,
): Entry | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
