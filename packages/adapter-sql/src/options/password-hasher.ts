/**
 * Hashes a password so that the application's own sign-in verifies it, and answers the text that is
 * stored.
 *
 * The bytes are printable ASCII, and wiped as soon as the promise has settled: await all work on
 * them, never keep them, never turn them into a string. A hasher that has too much to do throws
 * `StoreError('busy')` before it changes anything.
 */
export type PasswordHasher = (password: Uint8Array<ArrayBuffer>) => string | Promise<string>
