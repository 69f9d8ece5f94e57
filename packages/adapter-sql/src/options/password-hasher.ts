/** A value that a write sets. A `Date` is written in the form that the column takes. */
export type WrittenValue = string | number | bigint | boolean | null | Date | Uint8Array

/** A hash with other values that belong to the hash, such as a salt with a column of its own. */
export interface HashedPassword {
  /** The text that is stored. */
  readonly hash: string
  /** By the names that `fromHasher` of the option `set` calls them. */
  readonly values: Readonly<Record<string, WrittenValue>>
}

/**
 * Hashes a password so that the application's own sign-in verifies the hash, and answers the text
 * that is stored. A `PasswordHasher<HashedPassword>` answers the text with values of other columns.
 *
 * The bytes are printable ASCII, and are wiped when the promise has settled. Await all work on the
 * bytes, never keep them, and never turn them into a string. A hasher with too much to do throws
 * `StoreError('busy')`.
 */
export type PasswordHasher<Hashed extends string | HashedPassword = string> = (
  password: Uint8Array<ArrayBuffer>,
) => Hashed | Promise<Hashed>
