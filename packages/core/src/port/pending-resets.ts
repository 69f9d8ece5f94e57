import type { Mark } from './mark.ts'

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
  /**
   * `attempted`: the reset is under way, or its process died. `unknown`: the reset ended without a
   * known outcome. `applied`: the temporary password is in place, and an operator was shown it.
   */
  readonly state: 'attempted' | 'unknown' | 'applied'
  /** When the temporary password ends; `null` when the password does not expire. */
  readonly expiresAt: Date | null
}

/** Which pending resets {@link PendingResets.claim} hands out. */
export interface PendingClaim {
  readonly now: Date
  /** Attempts from before this moment: their processes have died. */
  readonly olderThan: Date
  /** How long nobody else is handed the same reset, in seconds. */
  readonly leaseSeconds: number
  /** Most resets in the answer. */
  readonly limit: number
  /** Only resets of this account. Default: of all accounts. */
  readonly userId?: string | undefined
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
  /** Notes that the reset ended without a known outcome. */
  unknown(resetId: string): Promise<void>
  /** Notes that the write happened. `mark` is the one that the write answered. */
  applied(resetId: string, mark: Mark, expiresAt: Date | null): Promise<void>
  /**
   * Hands out each reset to one caller at a time: attempts from before `olderThan`, resets of
   * unknown outcome, and passwords that have expired by `now`. Oldest first.
   */
  claim(question: PendingClaim): Promise<readonly PendingReset[]>
  list(question: {
    readonly limit: number
    readonly cursor?: string | undefined
    /** Only resets of this account. Default: of all accounts. */
    readonly userId?: string | undefined
  }): Promise<PendingPage>
  /** Ends the lease of `claim` early, so that the next caller can be handed the reset. */
  release(resetId: string): Promise<void>
  /** Forgets a reset. Closing one that is not there changes nothing. */
  close(resetId: string): Promise<void>
}
