import type { Mark } from './mark.ts'

/**
 * How far a reset has come. A reset has one owner at a time: a caller goes on only where its own
 * change of the state was the one that counted.
 */
export type PendingState =
  /** The reset is stored, and its write has not begun. */
  | 'attempted'
  /** The write may be on its way, or may have happened. */
  | 'writing'
  /** The reset ended without a known outcome. Nobody is shown its password any more. */
  | 'unknown'
  /** A password that nobody knows is about to take the place of one that nobody was shown. */
  | 'ending'
  /** The temporary password is in place, and an operator was shown it. */
  | 'applied'
  /** The outcome is known, and its event is still to be stored. */
  | SettledState

/**
 * What was found out: the password was not replaced; another one has been set since; or nobody was
 * shown the temporary one, which was `ended`, or had to be `left` in place.
 */
export type SettledState = 'not_applied' | 'overtaken' | 'ended' | 'left'

/** A reset whose end is still to come, kept where a process that dies leaves it behind. */
export interface PendingReset {
  readonly resetId: string
  /** Name of the store that holds the account. */
  readonly store: string
  /** Tenant of the operator, as `scope` of the configuration names it. Empty: all share one. */
  readonly scope: string
  readonly userId: string
  readonly operatorId: string
  readonly attemptedAt: Date
  readonly mark: Mark
  readonly state: PendingState
  /** When the temporary password ends; `null` when the password does not expire. */
  readonly expiresAt: Date | null
  /** The last write that was made to end the temporary password; `null` where there was none. */
  readonly throwaway: Mark | null
}

/** What {@link PendingResets.change} writes. A field that is left out stays as it is. */
export interface PendingChange
  extends Partial<Pick<PendingReset, 'mark' | 'expiresAt' | 'throwaway'>> {
  readonly state: PendingState
}

/** Only the resets that have each of these values, exactly. Default: all. */
export interface PendingFilter {
  readonly store?: string | undefined
  readonly scope?: string | undefined
  readonly userId?: string | undefined
}

/** Which pending resets {@link PendingResets.claim} hands out. */
export interface PendingClaim extends PendingFilter {
  readonly now: Date
  /** Attempts from before this moment: their processes have died. */
  readonly olderThan: Date
  /** How long nobody else is handed the same reset, in seconds. */
  readonly leaseSeconds: number
  /** Most resets in the answer. */
  readonly limit: number
}

/** Which page {@link PendingResets.list} answers. */
export interface PendingQuestion extends PendingFilter {
  readonly limit: number
  readonly cursor?: string | undefined
}

/** One page of pending resets, oldest first. */
export interface PendingPage {
  readonly resets: readonly PendingReset[]
  /** Present when there is a next page. */
  readonly nextCursor?: string | undefined
}

/**
 * Resets that are under way or unused, in one small table. The table serves to find out an outcome,
 * to end passwords, and to list "issued and not used". An audit sink cannot serve: the library
 * cannot read the sink.
 */
export interface PendingResets {
  /** Stores a reset before its write. A rejection means that nothing may be written. */
  open(reset: PendingReset): Promise<void>
  /**
   * Changes a reset that is in the state `from`, in one step. Answers whether there was such a
   * reset: of several callers at once, one is answered `true`.
   */
  change(resetId: string, from: PendingState, to: PendingChange): Promise<boolean>
  /**
   * Hands out each reset to one caller at a time, oldest first. `attempted` and `writing` are
   * handed out from before `olderThan`, and `applied` where the password has expired by `now`.
   */
  claim(question: PendingClaim): Promise<readonly PendingReset[]>
  list(question: PendingQuestion): Promise<PendingPage>
  /** Ends the lease of `claim` early, so that the next caller can be handed the reset. */
  release(resetId: string): Promise<void>
  /**
   * Forgets a reset that is in the state `from`, in one step. Answers whether there was such a
   * reset: of several callers at once, one is answered `true`.
   */
  close(resetId: string, from: PendingState): Promise<boolean>
}
