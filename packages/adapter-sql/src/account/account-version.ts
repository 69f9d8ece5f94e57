import { createHmac, createSecretKey } from 'node:crypto'
import type { VersionStanding } from '@force-reset/core'
import { foreignLabel } from '@force-reset/core/store'
import type { AnyOptions } from '../options/any-database.ts'
import { keysFor, type PurposeKey } from '../options/secret.ts'

/**
 * For versions of a column of their own, which hide nothing: they hold in every process. Nobody can
 * give a secret of this label.
 */
const openKey: PurposeKey = { label: 'no-secret', key: createSecretKey(Buffer.alloc(32)) }

/** Makes versions, and compares them with the versions that operators saw. */
export interface Versions {
  versionOf(parts: readonly unknown[]): string
  /** How the version that an operator saw relates to an account with these parts. */
  standing(version: string, parts: readonly unknown[]): VersionStanding
}

/**
 * Everything that an operator decides on, as opaque text: `<label of the key>.<digest>`. The digest
 * is HMAC-SHA-256 (RFC 2104).
 *
 * The digest has a key, because without a `versionColumn` the parts hold the stored hash. With a
 * plain digest of an unsalted hash, anybody who sees a version could test passwords against it.
 */
export function versionsWith({
  secret,
  versionColumn,
}: Pick<AnyOptions, 'secret' | 'versionColumn'>): Versions {
  // Once: making the keys takes longer than the digest.
  const isOpen = secret === undefined && versionColumn !== undefined
  const keys: readonly [PurposeKey, ...PurposeKey[]] = isOpen
    ? [openKey]
    : keysFor(secret, 'version')
  return {
    versionOf: (parts) => versionBy(keys[0], parts),
    standing: (version, parts) => {
      const keyLabel = foreignLabel(version, keys)
      if (keyLabel !== undefined) return { seen: 'foreign', keyLabel }
      const isPresent = keys.some((key) => versionBy(key, parts) === version)
      return { seen: isPresent ? 'present' : 'stale' }
    },
  }
}

function versionBy({ label, key }: PurposeKey, parts: readonly unknown[]): string {
  const digest = createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url')
  return `${label}.${digest}`
}
