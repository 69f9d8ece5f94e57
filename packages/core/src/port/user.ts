/**
 * The status of an account. Only `active` and `pending` accounts can be reset. A store answers
 * `unknown` when it cannot tell the status; such an account is refused.
 */
export type AccountStatus = 'active' | 'pending' | 'suspended' | 'deleted' | 'unknown'

/**
 * The only statuses whose password may be reset. A configured rule narrows this list and never
 * widens it.
 *
 * @example
 * const canBeReset = resettableStatuses.includes(user.status)
 */
export const resettableStatuses: readonly AccountStatus[] = Object.freeze(['active', 'pending'])

/** Why an account has its status, or why it is not for a reset, where the store can tell. */
export type StatusReason =
  /** Switched off. */
  | 'disabled'
  /** The account's own end date has passed. */
  | 'ended'
  /** Locked by an administrator. */
  | 'blocked'
  /** Locked for a time by failed sign-ins. */
  | 'locked'
  /** Privileged, so this help desk leaves the account alone. */
  | 'protected'
  /** Belongs to a program. */
  | 'service_account'
  /** Has no password here: the person signs in elsewhere. */
  | 'signs_in_elsewhere'

/**
 * Something that tells two people of one name apart. A fact identifies an account, never a caller:
 * colleagues know the facts, and so does a badge that was lost.
 */
export interface UserFact {
  /** The kind of fact, such as `department`. */
  readonly name: string
  readonly value: string
}

/**
 * One account as an operator sees it. A store builds it field by field. It never holds a password
 * or a hash.
 */
export interface User {
  /**
   * Stable identifier in the store, which survives a change of name: a primary key, `objectGUID`,
   * `entryUUID`.
   */
  readonly id: string
  /** The name that the user types to sign in. */
  readonly username: string
  readonly email?: string | undefined
  readonly displayName?: string | undefined
  /** Where the account stands in the organisation, such as `Berlin / Ward 3B`. */
  readonly place?: string | undefined
  /** Facts that the site chose to show, in the order of the site. */
  readonly facts?: readonly UserFact[] | undefined
  readonly status: AccountStatus
  readonly statusReason?: StatusReason | undefined
  /**
   * Whether the store's configuration calls this account privileged. A privileged account is
   * refused unless `allowPrivileged` is set.
   */
  readonly privileged: boolean
  /**
   * Opaque. The version changes with everything that an operator decides on: the password, the
   * status, the privilege, the displayed identity. A failed sign-in or an unrelated edit leaves the
   * version alone.
   */
  readonly version: string
  /** Whether failed sign-ins have locked the account for a time, as far as the store knows. */
  readonly locked?: boolean | undefined
  /** Whether the user has to choose a new password at the next sign-in. */
  readonly mustChange?: boolean | undefined
  readonly createdAt?: Date | undefined
  readonly updatedAt?: Date | undefined
  /** When the password was set, by anybody. */
  readonly passwordSetAt?: Date | undefined
  /** When the lock by failed sign-ins ends by itself. */
  readonly lockedUntil?: Date | undefined
  /** The end date of the account. */
  readonly endsOn?: Date | undefined
  /** The last sign-in that the store knows of. There may have been later ones. */
  readonly lastSignIn?: Date | undefined
}

/**
 * Said to a store in place of a rule of privilege: nobody in this store is privileged.
 *
 * **A warning:** every operator can then reset every active and pending account.
 *
 * @example
 * const store = sqlUserStore(db, { ...options, privileged: noPrivilegedUsers })
 */
export const noPrivilegedUsers: unique symbol = Symbol('noPrivilegedUsers')
