import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import type { AnyOptions } from '../options/any-database.ts'
import { keyFor } from '../options/secret.ts'

/** For versions of a column of their own, which hide nothing: they hold in every process. */
const openKey = createSecretKey(Buffer.alloc(32))

/** Makes versions. */
type VersionOf = (parts: readonly unknown[]) => string

/**
 * Everything that an operator decides on, as opaque text: HMAC-SHA-256 (RFC 2104).
 *
 * The digest has a key, because without a `versionColumn` the parts hold the stored hash. With a
 * plain digest of an unsalted hash, anybody who sees a version could test passwords against it.
 */
export function versionsWith({
  secret,
  versionColumn,
}: Pick<AnyOptions, 'secret' | 'versionColumn'>): VersionOf {
  // Once: making the key takes longer than the digest.
  const key: KeyObject = secret === undefined && versionColumn ? openKey : keyFor(secret, 'version')
  return (parts) => createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url')
}
