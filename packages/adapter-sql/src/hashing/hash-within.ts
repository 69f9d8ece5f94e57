import type { PasswordLease, StoreRefusal } from '@force-reset/core'
import { StoreError } from '@force-reset/core'
import type { AnyOptions } from '../options/any-database.ts'
import { refusalOf } from '../store/refusal-of.ts'
import { DeadlineError, withinDeadline } from '../store/within-deadline.ts'

/** The hash, or why there is none. */
export type Hashed =
  | { readonly ok: true; readonly hash: string }
  | { readonly ok: false; readonly refusal: StoreRefusal }

/**
 * Hashes the lent password. A hasher that is late keeps what it was lent until it has finished, so
 * it never hashes wiped bytes; its result is thrown away.
 */
export async function hashWithin(
  { hasher, hashTimeoutMs = 30_000 }: AnyOptions,
  password: PasswordLease,
): Promise<Hashed> {
  try {
    const hash: unknown = await withinDeadline(
      hashTimeoutMs,
      password.use(async (bytes) => {
        const made: unknown = await hasher(bytes)
        return typeof made === 'string' && holds(made, bytes) ? plaintext : made
      }),
    )
    if (hash === plaintext) return refused('store_unavailable', 'hasher_plaintext', hasherPlaintext)
    return typeof hash === 'string' && hash !== ''
      ? { ok: true, hash }
      : refused('store_unavailable', 'hasher_failed', hasherFailed)
  } catch (error) {
    if (error instanceof DeadlineError)
      return refused(
        'busy',
        'hasher_slow',
        'Hashing the temporary password took too long. Nothing was changed.',
      )
    if (error instanceof StoreError) return { ok: false, refusal: refusalOf(error) }
    return refused('store_unavailable', 'hasher_failed', hasherFailed)
  }
}

const plaintext = Symbol('plaintext')
const hasherPlaintext =
  'The hasher answered with the temporary password itself in it, which must not be stored. Nothing was changed.'

/** Whether the text holds the bytes (printable ASCII), without making a string of them. */
function holds(text: string, bytes: Uint8Array): boolean {
  for (let from = 0; from + bytes.length <= text.length; from += 1) {
    if (bytes.every((byte, at) => text.charCodeAt(from + at) === byte)) return true
  }
  return false
}

const hasherFailed = 'The temporary password could not be hashed. Nothing was changed.'

function refused(code: 'busy' | 'store_unavailable', key: string, message: string): Hashed {
  return {
    ok: false,
    refusal: { outcome: 'refused', code, detail: { reason: 'store', key, message } },
  }
}
