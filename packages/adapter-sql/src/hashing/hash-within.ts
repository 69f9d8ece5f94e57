import type { PasswordLease, StoreRefusal } from '@force-reset/core'
import { StoreError } from '@force-reset/core'
import { DeadlineError, refusalOf, refused, within } from '@force-reset/core/store'
import type { AnyOptions } from '../options/any-database.ts'

/** Why there is no hash. */
export type HasherFailureKey = 'hasher_failed' | 'hasher_plaintext' | 'hasher_slow'

/** The hash, or why there is none. */
export type Hashed =
  | { readonly ok: true; readonly hash: string }
  | { readonly ok: false; readonly refusal: StoreRefusal }

/**
 * Hashes the password of a lease.
 *
 * A hasher that is late keeps its copy of the password until the hasher has finished, so it never
 * hashes wiped bytes. The late hash is thrown away.
 */
export async function hashWithin(
  { hasher, hashTimeoutMs = 30_000 }: AnyOptions,
  password: PasswordLease,
): Promise<Hashed> {
  try {
    const hash: unknown = await within(hashTimeoutMs, () =>
      password.use(async (bytes) => {
        const made: unknown = await hasher(bytes)
        return typeof made === 'string' && holds(made, bytes) ? plaintext : made
      }),
    )
    if (hash === plaintext) return noHash('hasher_plaintext')
    return typeof hash === 'string' && hash !== '' ? { ok: true, hash } : noHash('hasher_failed')
  } catch (error) {
    if (error instanceof DeadlineError) return noHash('hasher_slow')
    if (error instanceof StoreError) return { ok: false, refusal: refusalOf(error) }
    return noHash('hasher_failed')
  }
}

const plaintext = Symbol('plaintext')

/** Whether the text holds the bytes (printable ASCII). No string is made of the bytes. */
function holds(text: string, bytes: Uint8Array): boolean {
  for (let from = 0; from + bytes.length <= text.length; from += 1) {
    if (bytes.every((byte, at) => text.charCodeAt(from + at) === byte)) return true
  }
  return false
}

const words: Readonly<Record<HasherFailureKey, string>> = {
  hasher_failed: 'The temporary password could not be hashed.',
  hasher_plaintext:
    'The hasher answered with the temporary password itself in it, which must not be stored.',
  hasher_slow: 'Hashing the temporary password took too long.',
}

function noHash(key: HasherFailureKey): Hashed {
  const code = key === 'hasher_slow' ? 'busy' : 'store_unavailable'
  return { ok: false, refusal: refused(code, { key, what: words[key] }) }
}
