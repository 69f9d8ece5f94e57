import type { FailureDetail, RefusalCode } from './failure.ts'
import type { PasswordLease } from './password-lease.ts'
import type { PasswordRules } from './password-rules.ts'
import type { StoreReceipt, Survivor } from './receipt.ts'
import type { AccountStatus, User } from './user.ts'

/**
 * Whether the store decides inside the write or immediately before it (a window stated in its
 * documentation).
 */
export type Recheck = 'in_write' | 'before_write'

/** What a store can do. Core refuses a configuration that asks for more. */
export interface StoreCapabilities {
  readonly recheck: { readonly version: Recheck; readonly status: Recheck }
  /** Whether the store can make a temporary password expire. */
  readonly expiry: boolean
  /** Whether a reset lifts a lock caused by failed sign-ins. */
  readonly unlock: boolean
  /** Whether the store ends the user's sessions in the same write. */
  readonly sessions: boolean
  /**
   * Who makes the user choose a new password: the store's own sign-in, the application (see
   * `signInGate`), or, where the table has no column for it, nobody.
   */
  readonly mustChange: 'server' | 'application' | 'none'
  /** What outlives a reset in this store, known before it. */
  readonly survives: readonly Survivor[]
}

/** A search for accounts. */
export interface ListQuery {
  /** Part of a user name, email address or display name, in any case. Empty means everybody. */
  readonly search?: string | undefined
  /** Only these statuses; absent means all. */
  readonly statuses?: readonly AccountStatus[] | undefined
  /** Greatest number of users in the answer: 1 to 200, default 50. */
  readonly limit?: number | undefined
  /** `nextCursor` of the page before. */
  readonly cursor?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** One page of accounts. */
export interface UserPage {
  readonly users: readonly User[]
  /** Present when there is a next page. */
  readonly nextCursor?: string | undefined
  /**
   * `true` when more accounts match than this store can page through: the search should be
   * narrowed.
   */
  readonly truncated: boolean
}

/** The one write of a reset. */
export interface ReplacePasswordCommand {
  readonly resetId: string
  /** The user as `find` answered during this reset. */
  readonly user: User
  readonly password: PasswordLease
  /** The write happens only if the account's status is still one of these. */
  readonly eligible: readonly AccountStatus[]
  readonly mustChange: boolean
  /** When the temporary password stops working; absent means never. */
  readonly expiresAt?: Date | undefined
}

/** Nothing was changed. */
export interface StoreRefusal {
  readonly outcome: 'refused'
  readonly code: RefusalCode
  readonly detail?: FailureDetail | undefined
}

/** What became of the one write. */
export type ReplaceOutcome =
  | { readonly outcome: 'applied'; readonly receipt: StoreReceipt }
  | StoreRefusal
  /** It may have been applied, or may be later. */
  | { readonly outcome: 'unknown'; readonly detail?: FailureDetail | undefined }

/** What became of a write whose outcome was unknown. */
export type SettleOutcome =
  | { readonly outcome: 'applied'; readonly receipt: StoreReceipt }
  /** Only where the original write can no longer arrive. */
  | { readonly outcome: 'not_applied' }
  | { readonly outcome: 'unknown' }

/**
 * Where users and their passwords live.
 *
 * A store throws {@link StoreError} when it cannot answer, and nothing else on purpose. It owns its
 * deadlines: core never times it out.
 */
export interface UserStore {
  /** Appears in audit events: `sql`, `openldap`. */
  readonly name: string
  readonly capabilities: StoreCapabilities
  /**
   * The account with exactly this id, deleted ones included where the store keeps them. Any string
   * may be asked for; a malformed one is simply not found. Core takes an account with another id,
   * another spelling of the same included, for one that was not found.
   */
  find(
    id: string,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<User | undefined>
  list(query: ListQuery): Promise<UserPage>
  /**
   * Refuses what the write would refuse anyway (a flag that makes must-change ineffective), before
   * a password is generated. Changes nothing.
   */
  precheck?(
    user: User,
    options: { readonly mustChange: boolean; readonly signal?: AbortSignal | undefined },
  ): Promise<StoreRefusal | undefined>
  /** The rules that a password for this user has to meet. */
  passwordRules?(
    user: User,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<PasswordRules>
  /**
   * One conditional write. It never throws for an expected outcome; anything thrown, and any other
   * answer, is taken as `unknown`.
   */
  replacePassword(command: ReplacePasswordCommand): Promise<ReplaceOutcome>
  /**
   * Finds out what became of an unknown outcome: repeats the identical conditional write, which
   * fences off the late original.
   */
  settle?(command: ReplacePasswordCommand): Promise<SettleOutcome>
}
