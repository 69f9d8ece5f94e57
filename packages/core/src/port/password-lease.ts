/**
 * The temporary password, lent to a store for the time of one call.
 *
 * `use` lends a copy of the bytes (printable ASCII) and wipes it when the promise that `fn`
 * returned has settled; a hasher that is still reading is therefore never handed zeros. Await all
 * work on the bytes inside `fn`, never keep them, and never turn them into a string.
 */
export interface PasswordLease {
  /** @throws {ForceResetError} `ERR_LEASE_ENDED` once the reset is over. */
  use<T>(fn: (bytes: Uint8Array<ArrayBuffer>) => T | PromiseLike<T>): Promise<T>
}
