/**
 * Said in place of a mark of privilege: nobody in this store is privileged.
 *
 * **A warning:** every operator can then reset every active and pending account.
 *
 * @example
 * const store = sqlUserStore(db, { ...options, privileged: noPrivilegedUsers })
 */
export const noPrivilegedUsers: unique symbol = Symbol('noPrivilegedUsers')
