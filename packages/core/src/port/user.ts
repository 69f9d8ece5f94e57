/**
 * Where an account stands. Only `active` and `pending` accounts can be reset; `unknown` is what a
 * store answers when it cannot tell, and is refused.
 */
export type AccountStatus = 'active' | 'pending' | 'suspended' | 'deleted' | 'unknown'

/**
 * The only statuses whose password may ever be reset. A configured rule narrows this list, never
 * widens it.
 */
export const resettableStatuses: readonly AccountStatus[] = Object.freeze(['active', 'pending'])

/**
 * One account as an operator sees it. A store builds it field by field; it never holds a password
 * or its hash.
 */
export interface User {
  /**
   * Stable identifier in the store: it survives a change of name (a primary key,
   * `objectGUID`, `entryUUID`).
   */
  readonly id: string
  /** What the user types to sign in. */
  readonly username: string
  readonly email?: string | undefined
  readonly displayName?: string | undefined
  readonly status: AccountStatus
  /**
   * Whether the store's configuration calls this account privileged; such a target is refused
   * unless `allowPrivileged`.
   */
  readonly privileged: boolean
  /**
   * Opaque. It changes with what an operator decides on (the password's generation, the status, the
   * privilege, the displayed identity) and with nothing else: a failed sign-in or an unrelated edit
   * leaves it alone.
   */
  readonly version: string
  /** Locked for a time by failed sign-ins, as far as the store knows. */
  readonly locked?: boolean | undefined
  readonly createdAt?: Date | undefined
  readonly updatedAt?: Date | undefined
}
