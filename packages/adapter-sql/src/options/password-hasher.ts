/**
 * Hashes a password so that the application's own sign-in verifies the hash, and answers the text
 * that is stored.
 *
 * The bytes are printable ASCII, and are wiped when the promise has settled. Await all work on the
 * bytes, never keep them, and never turn them into a string. A hasher with too much to do throws
 * `StoreError('busy')`.
 */
export type PasswordHasher = (password: Uint8Array<ArrayBuffer>) => string | Promise<string>
