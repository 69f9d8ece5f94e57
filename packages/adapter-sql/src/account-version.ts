import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'

/** For stores that are given no key: versions then hold within one process. */
const processKey = createSecretKey(randomBytes(32))

/** Makes versions. */
export type VersionOf = (parts: readonly (string | boolean | null)[]) => string

/**
 * What an operator decides on, as opaque text: HMAC-SHA-256 (RFC 2104).
 *
 * Keyed, because the parts hold the stored hash: a plain digest of an unsalted hash would let anybody who sees a version test passwords against it.
 */
export function versionsWith(key: Uint8Array | undefined): VersionOf {
  // Once: making the key takes longer than the digest.
  const secret: KeyObject = key === undefined ? processKey : createSecretKey(key)
  return (parts) => createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url')
}
