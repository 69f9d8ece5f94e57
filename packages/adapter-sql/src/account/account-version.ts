import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import type { AnyOptions } from '../options/any-database.ts'

/** For stores that are given no key: versions then hold within one process. */
const processKey = createSecretKey(randomBytes(32))
/**
 * For versions of a column of their own, which holds nothing to hide: they hold in every process.
 */
const openKey = createSecretKey(Buffer.alloc(32))

/** Makes versions. */
export type VersionOf = (parts: readonly (string | boolean | null)[]) => string

/**
 * What an operator decides on, as opaque text: HMAC-SHA-256 (RFC 2104).
 *
 * Keyed, because without a `versionColumn` the parts hold the stored hash: a plain digest of an
 * unsalted hash would let anybody who sees a version test passwords against it.
 */
export function versionsWith({
  versionKey,
  versionColumn,
}: Pick<AnyOptions, 'versionKey' | 'versionColumn'>): VersionOf {
  // Once: making the key takes longer than the digest.
  const secret: KeyObject = versionKey
    ? createSecretKey(versionKey)
    : versionColumn
      ? openKey
      : processKey
  return (parts) => createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url')
}
