/** `symbol` is printable ASCII that is neither a letter nor a digit. */
export type CharacterClass = 'lower' | 'upper' | 'digit' | 'symbol'

/**
 * The rules that a store has for passwords. Lengths are in characters; generated passwords are
 * printable ASCII, so lengths are in bytes too.
 */
export interface PasswordRules {
  /** At most 256: rules that demand more are refused as `rules_unsatisfiable`. */
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
  /** Each of these occurs at least once. */
  readonly requiredClasses?: readonly CharacterClass[] | undefined
  /** At least so many of the four classes occur (Active Directory's complexity: 3). */
  readonly minClasses?: number | undefined
  /**
   * None of these occurs, whatever its case: account name, parts of the display name. Empty ones
   * are ignored.
   */
  readonly forbidden?: readonly string[] | undefined
  /** Rules that exist but could not be read, by name; they end in the receipt. */
  readonly unread?: readonly string[] | undefined
}

/**
 * The temporary password, as a store may use it until the reset is over.
 *
 * `use` hands `fn` a copy of the bytes (printable ASCII). The copy is wiped when the promise that
 * `fn` returned has settled, so a hasher that is still reading is never handed zeros. Await all
 * work on the bytes inside `fn`, never keep the bytes, and never turn them into a string.
 */
export interface PasswordLease {
  /** @throws {ForceResetError} `ERR_LEASE_ENDED` once the reset is over. */
  use<T>(fn: (bytes: Uint8Array<ArrayBuffer>) => T | PromiseLike<T>): Promise<T>
}
