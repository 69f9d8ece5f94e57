import type { AccountStatus, FailureCode, Survivor } from '@force-reset/core'
import type { ProblemCode } from './problem-code.ts'

/**
 * An account as JSON. Text is as the store has it: escape it with core's `visibleText` before
 * showing it.
 */
export interface WireUser {
  readonly id: string
  readonly username: string
  readonly email?: string | undefined
  readonly displayName?: string | undefined
  readonly status: AccountStatus
  readonly privileged: boolean
  /** Goes back, unchanged, in the reset's `version`. */
  readonly version: string
  readonly locked?: boolean | undefined
  /** UTC, ISO 8601. */
  readonly createdAt?: string | undefined
  /** UTC, ISO 8601. */
  readonly updatedAt?: string | undefined
}

/**
 * The exact reason behind a `code`, for translation: core's `FailureDetail`, or the numbers of a
 * limit.
 */
export type WireParameters = Readonly<Record<string, unknown>>

/**
 * What a reset of the account would do, or why it would be refused. `detail` is the English
 * sentence.
 */
export type WirePreview =
  | { readonly allowed: true; readonly survives: readonly Survivor[] }
  | {
      readonly allowed: false
      readonly code: FailureCode
      readonly detail: string
      readonly parameters?: WireParameters | undefined
    }

/** Body of `GET {base}/users/{id}`. */
export interface WireView {
  readonly user: WireUser
  readonly reset: WirePreview
  /** Present when the handler was told to work without TLS, and does: a page has to say so. */
  readonly insecureTransport?: true | undefined
}

/** Body of `GET {base}/users`. */
export interface WireList {
  readonly users: readonly WireUser[]
  /** Goes into `cursor` for the next page; absent on the last. */
  readonly nextCursor?: string | undefined
  /** `true`: more accounts match than the store can page through; the search should be narrowed. */
  readonly truncated: boolean
  readonly insecureTransport?: true | undefined
}

/** What a reset did. */
export interface WireReceipt {
  readonly mustChange: 'enforced' | 'application' | 'off'
  /** UTC, ISO 8601; `null` when the temporary password does not expire. */
  readonly expiresAt: string | null
  readonly unlocked: boolean
  readonly sessionsRevoked: number | null
  readonly endpoint: string
  readonly survives: readonly Survivor[]
  readonly unreadRules: readonly string[]
  readonly auditComplete: boolean
}

/**
 * Body of a successful `POST {base}/users/{id}/force-reset`: the only answer that holds a password,
 * once.
 */
export interface WireReset {
  /** The same as in the audit trail. */
  readonly resetId: string
  readonly user: WireUser
  readonly temporaryPassword: string
  readonly receipt: WireReceipt
}

/** A problem (RFC 9457), sent as `application/problem+json`. */
export interface WireProblem {
  /** `urn:force-reset:problem:` and the code. */
  readonly type: string
  readonly title: string
  readonly status: number
  /** What happened and what to do, in English, for an operator. */
  readonly detail: string
  readonly code: ProblemCode
  readonly parameters?: WireParameters | undefined
  /** Only with `outcome_unknown`: finds the reset in the audit trail. */
  readonly resetId?: string | undefined
}
