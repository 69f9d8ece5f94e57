import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { Secret } from '@force-reset/core'
import { keysOf } from '@force-reset/core/store'

/** The purposes of a store's keys. Each purpose has a key of its own. */
export type KeyPurpose = 'version' | 'mark'

/** A key for one purpose, with the label of the key that it was derived from. */
export interface PurposeKey {
  readonly label: string
  readonly key: KeyObject
}

/** How errors call the option. */
export const secretName = 'sqlUserStore: secret'

/**
 * The keys for one purpose, by HKDF with SHA-256 (RFC 5869). The first key makes, and all verify.
 * Without a secret the key differs in each process.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a secret that is too short, or in no known
 *   form.
 */
export function keysFor(
  secret: Secret | undefined,
  purpose: KeyPurpose,
): readonly [PurposeKey, ...PurposeKey[]] {
  const derived = ({ label, bytes }: { readonly label: string; readonly bytes: Uint8Array }) => {
    const key = hkdfSync('sha256', bytes, '', `force-reset sql ${purpose}`, 32)
    return { label, key: createSecretKey(Buffer.from(key)) }
  }
  const [making, ...others] = keysOf(secret, secretName)
  return [derived(making), ...others.map(derived)]
}
