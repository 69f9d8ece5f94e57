import type { PasswordFormat } from '../password/password-format.ts'
import type { TemporaryPassword } from '../password/temporary-password.ts'
import type { Action, AuditEvent, RequestSource } from '../port/audit-event.ts'
import type { FailureCode, FailureDetail } from '../port/failure.ts'
import type { Mark } from '../port/mark.ts'
import type { PendingResets } from '../port/pending-resets.ts'
import type { ResetReceipt, Survivor } from '../port/receipt.ts'
import type { Secret } from '../port/secret.ts'
import type { User } from '../port/user.ts'
import type { FoundUser, UserStore } from '../port/user-store.ts'
import type { Identification, VerificationOffer } from '../port/verification.ts'
import type { Decision } from './decision.ts'
import type { ReportedError } from './heard.ts'
import type { isSameAccount, operatorsAreNoUsers } from './own-account.ts'
import type { StepFailure } from './step-failure.ts'

/**
 * The person who resets. Add fields of your own, such as roles: `authorize` is given the whole
 * operator.
 */
export interface Operator {
  /** Goes into audit events. */
  readonly id: string
  /** The name that the operator signs in with. With it the operator's own account is recognised. */
  readonly username?: string | undefined
  /** With it the operator's own account is recognised, too. */
  readonly email?: string | undefined
}

/**
 * A question to `authorize`. The first question of a request has no `user` and is asked before
 * anything is looked up. The second question is about the one account.
 */
export interface AuthorizationQuestion<O> {
  readonly action: Action
  readonly operator: O
  readonly user?: User | undefined
  readonly reason?: string | undefined
}

/** A reset that happened, for telling the user. */
export interface AppliedReset<O> {
  readonly resetId: string
  readonly operator: O
  readonly user: User
  readonly receipt: ResetReceipt
}

/**
 * Who may do what, and where. The same object serves `forceReset`, `previewReset`, `listUsers` and
 * `viewUser`.
 */
export interface ForceResetConfig<O extends Operator> {
  /**
   * Where the users are. A function chooses the store of an operator: the tenant comes from the
   * person who is signed in, never from an address.
   */
  readonly store: UserStore | ((operator: O) => UserStore | Promise<UserStore>)
  /**
   * Names the tenant of an operator. Required where `store` is a function: a cursor of one tenant
   * is then refused in another one. Where all operators share one store, nothing asks for it.
   */
  scope?(operator: O): string
  /**
   * Seals the cursors of lists: at least 32 random bytes, or text of as many in hexadecimal or
   * base64url. A list of `{ label, key }` rotates: the first key seals, all keys open. Give all
   * processes the same secret. Default: random for each process, so another process refuses the
   * cursors of this one.
   */
  readonly secret?: Secret | undefined
  /** Exactly `true` allows. Throwing denies. */
  authorize(question: AuthorizationQuestion<O>): Decision | Promise<Decision>
  /**
   * Stores one event. Resolve only once the event is stored durably. Where this function fails
   * before the write, nothing is changed.
   */
  audit(event: AuditEvent): void | Promise<void>
  /**
   * Where resets under way are kept, so that `reconcile` finds out what became of a reset whose
   * process died, or whose outcome nobody knows. Where this fails before the write, nothing is
   * changed. Default: nowhere.
   */
  readonly pending?: PendingResets | undefined
  /** How long one call of `audit` or of `pending` may take, in milliseconds. Default 5,000. */
  readonly auditTimeoutMs?: number | undefined
  /** Shape of the temporary password. Default `grouped()`. */
  readonly format?: PasswordFormat | undefined
  /**
   * Seconds until the temporary password stops working, 1 to 31,536,000; `null` means never.
   * Default 86,400 where the store can expire passwords, else `null`.
   */
  readonly expiresInSeconds?: number | null | undefined
  /** Refuse a reset whose user could not be made to choose a new password. Default `true`. */
  readonly requireMustChange?: boolean | undefined
  /**
   * Narrows who may be reset: `true` allows, words refuse. Never widens beyond Active and Pending.
   */
  eligible?(user: User): true | string
  /**
   * Whether the user is the operator. Only exactly `false` lets the reset go on. Default:
   * {@link isSameAccount}, which compares `id`, `username` and `email` of both.
   *
   * Where the store makes its ids itself, as a directory does, `isSelf` has to be given: a
   * function, `isSameAccount`, or the symbol {@link operatorsAreNoUsers}.
   */
  readonly isSelf?: ((operator: O, user: User) => boolean) | typeof operatorsAreNoUsers | undefined
  /**
   * Refuse a reset without a reason: `true` wants a reason that is not blank, a pattern wants one
   * that matches, such as `/^INC-\d+$/`. A preview and a list need no reason. Default `false`.
   */
  readonly requireReason?: boolean | RegExp | undefined
  /** Let operators reset their own password. Default `false`. */
  readonly allowSelfReset?: boolean | undefined
  /**
   * Let privileged accounts be reset: all of them, or those for which a function of operator and
   * user answers exactly `true`. A function that throws refuses. Default `false`.
   *
   * **A warning:** with `true` every operator can reset every administrator.
   */
  readonly allowPrivileged?: boolean | ((operator: O, user: User) => boolean) | undefined
  /**
   * Asks for proofs that the caller was identified, before every reset. Made by `verification()` of
   * `@force-reset/core/verification`. Default: nobody is asked for.
   */
  readonly verification?: Verification<O> | undefined
  /**
   * Ends sessions that are kept elsewhere and answers how many, or `null` where they cannot be
   * counted. May take 5 seconds. A failure adds `sessions` to the receipt's `survives`.
   */
  revokeSessions?(user: User, context: { readonly resetId: string }): Promise<number | null>
  /**
   * Called after a reset, for instance to tell the user. The event does not hold the password. May
   * take 5 seconds. A failure changes nothing.
   */
  onApplied?(event: AppliedReset<O>): void | Promise<void>
  /**
   * The clock, in milliseconds since 1970. Default `Date.now`. Where the clock fails, nothing is
   * changed.
   */
  now?(): number
  /**
   * Called for a log when a function of this configuration, or the store, failed. Of a foreign
   * error only the class and codes are told. A failure of this function changes nothing.
   */
  onError?(error: ReportedError): void
}

/** The account of a reset whose caller has to be identified. */
export interface IdentityTarget<O extends Operator> {
  readonly operator: O
  readonly store: UserStore
  readonly found: FoundUser
  readonly user: User
}

/** What a request says of its caller. */
export interface IdentityClaims {
  /** Whatever came in place of the proofs. */
  readonly proofs: unknown
  readonly override: boolean
  readonly reason: string | undefined
}

/** The caller was identified, or the operator may do without. */
export interface IdentifiedCaller {
  readonly ok: true
  readonly identified: Identification
  /** Most seconds that the temporary password may work, for a reset without identification. */
  readonly mostSeconds?: number | undefined
  /** Spends the proofs, right before the write of this mark. */
  spend(mark: Mark): Promise<SpentProofs | StepFailure>
}

/** Proofs that served for a write. */
export interface SpentProofs {
  readonly ok: true
  /** Notes how the write ended, and with which mark. Never rejects. */
  ended(outcome: 'applied' | 'refused' | 'unknown', mark: Mark): Promise<void>
}

/**
 * The part of verification that a reset asks. `verification()` of `@force-reset/core/verification`
 * makes one.
 */
export interface Verification<O extends Operator> {
  /** How the caller of a reset of this account can be identified. Changes nothing. */
  offer(
    config: ForceResetConfig<O>,
    target: IdentityTarget<O>,
  ): Promise<{ readonly ok: true; readonly offer: VerificationOffer } | StepFailure>
  /** Whether the proofs suffice for this account as it is now. Anything else refuses. */
  judge(
    config: ForceResetConfig<O>,
    target: IdentityTarget<O>,
    claims: IdentityClaims,
  ): Promise<IdentifiedCaller | StepFailure>
}

/** Stands in place of a version: reset the account, however the account has changed. */
export const anyVersion: unique symbol = Symbol('anyVersion')

/** One reset. */
export interface ForceResetRequest<O extends Operator> {
  readonly operator: O
  readonly userId: string
  /**
   * `version` of the user that the operator saw.
   *
   * **A warning:** the exported symbol `anyVersion` switches the guard off. A double click or a
   * replayed request then resets twice, and only the second password is valid. Refused where
   * `verification` is configured.
   */
  readonly version: string | typeof anyVersion
  /** Why, for the audit trail: at most 500 characters. */
  readonly reason?: string | undefined
  /**
   * Proofs that the caller was identified, where the configuration asks for some. At most five are
   * looked at.
   */
  readonly proofs?: readonly string[] | undefined
  /**
   * Reset without identification, for an operator with the right `override`. Wants a reason. The
   * temporary password works for two hours at most, and `verification.overridden` is stored.
   */
  readonly override?: boolean | undefined
  /** Joins the audit events with the caller's own log: at most 200 characters. */
  readonly correlationId?: string | undefined
  /** Where the request came from, for the audit trail. */
  readonly source?: RequestSource | undefined
  /** Honoured up to the write, not after it. */
  readonly signal?: AbortSignal | undefined
}

/** A reset that did not happen. Of `outcome_unknown` alone nobody knows whether it happened. */
export interface ResetFailure {
  readonly ok: false
  readonly resetId: string
  readonly code: FailureCode
  readonly detail?: FailureDetail | undefined
  /** English sentences for the operator: what is so, and what to do. */
  readonly message: string
  /** The account, when the operator may know it. */
  readonly user?: User | undefined
}

/** The password was replaced. */
export interface ResetSuccess {
  readonly ok: true
  readonly resetId: string
  readonly user: User
  /** To be shown once. Dispose of a password that cannot be shown. */
  readonly temporaryPassword: TemporaryPassword
  readonly receipt: ResetReceipt
  /** How the caller was identified, where the configuration asks for that. */
  readonly identified?: Identification | undefined
}

export type ForceResetResult = ResetSuccess | ResetFailure

/** Whether a reset is allowed, and what would outlive the old password. */
export type ResetPreview =
  | {
      readonly allowed: true
      readonly survives: readonly Survivor[]
      /** How the caller can be identified, where the configuration asks for that. */
      readonly verification?: VerificationOffer | undefined
    }
  | {
      readonly allowed: false
      readonly code: FailureCode
      readonly detail?: FailureDetail | undefined
      readonly message: string
    }
