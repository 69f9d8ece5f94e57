import type { FailureDetail, RefusalCode, StoreReason } from './failure.ts'
import type { Mark, Standing } from './mark.ts'
import type { PasswordLease, PasswordRules } from './password.ts'
import type { MustChange, StoreReceipt, Survivor } from './receipt.ts'
import type { AccountStatus, User } from './user.ts'

/**
 * When the store decides: inside the write, or immediately before the write. The store's
 * documentation states the window of the latter.
 */
export type Recheck = 'in_write' | 'before_write'

/** The abilities of a store. Core refuses a configuration that asks for more. */
export interface StoreCapabilities {
  readonly recheck: { readonly version: Recheck; readonly status: Recheck }
  /**
   * How a temporary password ends. `server`: by itself. `sweep`: a sweep has to end it. `none`:
   * the password lives until it is changed.
   */
  readonly expiry: 'server' | 'sweep' | 'none'
  /**
   * `true`: the store makes the ids of its users itself, as a directory does, so no operator of
   * another system has one of these ids. `isSelf` then has to be given. Default `false`.
   */
  readonly ownIds?: boolean | undefined
  /**
   * Whether a mark alone tells the store's own write from another one. `false`: after a crash the
   * standing can be `unknown`.
   */
  readonly marks: boolean
  /**
   * Seconds after which the write of a process that died cannot arrive any more; `null` where
   * nothing bounds that time. `lateWriteSecondsOverTcp` serves a store on another machine.
   */
  readonly lateWriteSeconds: number | null
  /**
   * Where in a text a search finds a part. `beginnings`: a part that stands inside a word or a text
   * may be found or not. Default `beginnings`.
   */
  readonly search?: 'anywhere' | 'beginnings' | undefined
  /** Whether a reset lifts a lock caused by failed sign-ins. */
  readonly unlock: boolean
  /** Whether the store ends the user's sessions in the same write. */
  readonly sessions: boolean
  /** Who can make the user choose a new password. `off`: nobody can. */
  readonly mustChange: MustChange
  /** Everything that outlives a reset in this store, known before the reset. */
  readonly survives: readonly Survivor[]
}

/**
 * How late a request of a process that died can reach a server over TCP, in seconds. Linux sends
 * again for 924 s (`tcp_retries2`); after that a server has some seconds to work the request off.
 */
export const lateWriteSecondsOverTcp = 960

/** Options of every question to a store. */
export interface Asking {
  readonly signal?: AbortSignal | undefined
}

/** A search for accounts. */
export interface ListQuery extends Asking {
  /**
   * Parts of a user name, email address or display name, in any case and in any order, with white
   * space between them: `okafor mina`. Every part has to be found in one of the three texts. Five
   * parts are looked for, and further ones are left out. Empty means everybody.
   *
   * A store finds at least accounts in which every part begins one of the three texts. It also
   * finds accounts with a text that begins with the whole search. `searchParts` of
   * `@force-reset/core/store` answers the parts, and `searchSpellings` the other spellings of each.
   */
  readonly search?: string | undefined
  /** Only these statuses, and nobody for none; absent means all. */
  readonly statuses?: readonly AccountStatus[] | undefined
  /** Most users in the answer: 1 to 201, default 50. A store may answer fewer. */
  readonly limit?: number | undefined
  /**
   * `nextCursor` of the page before, or `cursorAfter` of one of its users. Core shows no operator
   * these texts, and hands over no other. Text that is no place in the list is `invalid_request`.
   */
  readonly cursor?: string | undefined
}

/** One page of accounts. */
export interface UserPage {
  readonly users: readonly User[]
  /** Present when there is a next page. */
  readonly nextCursor?: string | undefined
  /** `true` when more accounts match than the store can page through. Narrow the search then. */
  readonly truncated: boolean
}

/** The store refuses, and has changed nothing. */
export interface StoreRefusal {
  readonly outcome: 'refused'
  readonly code: RefusalCode
  readonly detail?: FailureDetail | undefined
}

/** The account can take a temporary password that meets these rules. */
export interface Fit {
  readonly outcome: 'fit'
  readonly rules: PasswordRules
}

/** One write of one password. */
export interface WriteOrder {
  readonly resetId: string
  /**
   * Who asked for the write, why, and the reference that came with it: escaped and cut, as audit
   * events have them. Absent where nobody asked, as in a sweep.
   */
  readonly operatorId?: string | undefined
  readonly reason?: string | undefined
  readonly correlationId?: string | undefined
  readonly password: PasswordLease
  /** The write happens only while the account's status is one of these. */
  readonly eligible: readonly AccountStatus[]
  /**
   * `reset`: the temporary password. `expire`: a throwaway in its place, which unlocks nothing and
   * leaves must-change in force, whatever `mustChange` says.
   */
  readonly purpose: 'reset' | 'expire'
  readonly mustChange: boolean
  /**
   * When the temporary password stops working; absent means never. With a moment that has passed
   * the password never works.
   */
  readonly expiresAt?: Date | undefined
  /**
   * The write happens only while the password of this mark is in place. This is part of the
   * condition of the write.
   */
  readonly onlyIf?: Mark | undefined
}

/** A write that is ready. Nothing has been changed yet. */
export interface PreparedWrite {
  readonly outcome: 'prepared'
  /** Known before the write, and stored with `reset.attempted`. */
  readonly mark: Mark
  /**
   * The one conditional write. Call this function once. A store throws nothing for an expected
   * outcome; core takes everything thrown for `unknown`.
   */
  write(): Promise<WriteOutcome>
}

/** The outcome of a write. */
export type WriteOutcome =
  /** `mark` is the prepared one, made more exact by the server's answer. */
  | { readonly outcome: 'applied'; readonly receipt: StoreReceipt; readonly mark: Mark }
  | StoreRefusal
  /**
   * The write may have happened, or may still happen. `settle` repeats the identical conditional
   * write and so finds out. The repetition fences off a late original.
   */
  | {
      readonly outcome: 'unknown'
      readonly detail?: FailureDetail | undefined
      settle?(): Promise<SettleOutcome>
    }

/** The outcome of a write, as `settle` found out. */
export type SettleOutcome =
  | { readonly outcome: 'applied'; readonly receipt: StoreReceipt; readonly mark: Mark }
  /** Only where the original write can no longer arrive. */
  | { readonly outcome: 'not_applied' }
  | { readonly outcome: 'unknown' }

/** How a version that an operator saw relates to an account. */
export type VersionStanding =
  /** The version is of the account as the account is now. */
  | { readonly seen: 'present' }
  /** The account has changed since, or somebody made the version up. */
  | { readonly seen: 'stale' }
  /** The version names a key that this process does not have. */
  | { readonly seen: 'foreign'; readonly keyLabel: string }

/**
 * An account as one look of a store saw the account, with the work that can be done on what was
 * seen.
 */
export interface FoundUser {
  readonly user: User
  /**
   * Refuses, before a password is made, an account that the write would refuse anyway. Otherwise
   * answers the rules that a password for this user has to meet. Changes nothing.
   */
  check(options: Asking & { readonly mustChange: boolean }): Promise<StoreRefusal | Fit>
  /**
   * Makes the write ready: hashes, where the store hashes. Changes nothing. Every failure here is a
   * refusal.
   */
  prepare(order: WriteOrder): Promise<StoreRefusal | PreparedWrite>
  /** The state of the write that the mark names, from what this look saw. Asks no server. */
  standing(mark: Mark): Standing
  /**
   * How a version that an operator saw relates to this account. Only a store whose versions are
   * made with a key needs this function. Without it core compares the text with `user.version`.
   */
  versionStanding?(version: string): VersionStanding
  /**
   * Why the account is privileged, or why its status allows no reset, in the words of the store.
   * Core adds the reason to a refusal that core has decided on. Absent where both are so, or where
   * core's own words say it all.
   */
  readonly reason?: StoreReason | undefined
}

/**
 * Where users and their passwords live.
 *
 * A store throws {@link StoreError} when it cannot answer, and nothing else on purpose. The store
 * owns its deadlines: core never times a store out.
 */
export interface UserStore {
  /** Appears in audit events: `sql`, `openldap`. */
  readonly name: string
  readonly capabilities: StoreCapabilities
  /**
   * The account with exactly this id, deleted accounts included where the store keeps them. Any
   * string may be asked for; a malformed id is simply not found. Core takes an account with another
   * id, or another spelling of the id, for not found.
   */
  find(id: string, options?: Asking): Promise<FoundUser | undefined>
  list(query: ListQuery): Promise<UserPage>
  /**
   * The cursor of the page that begins right after this user, as `list` has just answered the user.
   * Core ends a page there, when the users after this one are for the next page.
   *
   * Absent where lists have no next page, as in a directory. Core then asks for 200 users, and
   * fills the page from them.
   */
  cursorAfter?(user: User): string
}
