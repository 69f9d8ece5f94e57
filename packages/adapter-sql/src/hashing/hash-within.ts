import type { PasswordLease, SafeCause, StoreRefusal } from '@force-reset/core'
import { StoreError } from '@force-reset/core'
import { DeadlineError, refusalOf, refused, safeCauseOf, within } from '@force-reset/core/store'
import type { AnyOptions } from '../options/any-database.ts'
import { isWrittenValue } from '../options/column-value.ts'
import type { HashedPassword, WrittenValue } from '../options/password-hasher.ts'

/** Why there is no hash. */
export type HasherFailureKey = 'hasher_failed' | 'hasher_plaintext' | 'hasher_slow'

/** The hash, or why there is none. */
export type Hashed =
  | ({ readonly ok: true } & HashedPassword)
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
    const hashed = await within(hashTimeoutMs, () =>
      password.use(async (bytes) => {
        const made = partsOf(await hasher(bytes))
        return made && [made.hash, ...Object.values(made.values)].some((one) => holds(one, bytes))
          ? plaintext
          : made
      }),
    )
    if (hashed === plaintext) return noHash('hasher_plaintext')
    return hashed === undefined ? noHash('hasher_failed') : { ok: true, ...hashed }
  } catch (error) {
    if (error instanceof DeadlineError) return noHash('hasher_slow')
    if (error instanceof StoreError) return { ok: false, refusal: refusalOf(error) }
    return noHash('hasher_failed', safeCauseOf(error))
  }
}

const plaintext = Symbol('plaintext')

/** What the hasher answered; `undefined` for what is no hash. */
function partsOf(made: unknown): HashedPassword | undefined {
  const { hash, values = {} }: Readonly<Record<string, unknown>> =
    typeof made === 'object' && made !== null ? { ...made } : { hash: made }
  if (typeof hash !== 'string' || hash === '') return undefined
  const given = Object.entries(Object(values))
  const fit = given.flatMap(([name, value]) => (isWrittenValue(value) ? [[name, value]] : []))
  return fit.length === given.length ? { hash, values: Object.fromEntries(fit) } : undefined
}

/** Whether the value holds the bytes (printable ASCII). No string is made of the bytes. */
function holds(value: WrittenValue, bytes: Uint8Array): boolean {
  const codes =
    typeof value === 'string'
      ? Uint16Array.from(value, (one) => one.charCodeAt(0))
      : value instanceof Uint8Array
        ? value
        : undefined
  if (codes === undefined) return false
  for (let from = 0; from + bytes.length <= codes.length; from += 1) {
    if (bytes.every((byte, at) => codes[from + at] === byte)) return true
  }
  return false
}

const words: Readonly<Record<HasherFailureKey, string>> = {
  hasher_failed: 'The temporary password could not be hashed.',
  hasher_plaintext:
    'The hasher answered with the temporary password itself in it, which must not be stored.',
  hasher_slow: 'Hashing the temporary password took too long.',
}

function noHash(key: HasherFailureKey, cause?: SafeCause): Hashed {
  const code = key === 'hasher_slow' ? 'busy' : 'store_unavailable'
  return { ok: false, refusal: refused(code, { key, what: words[key], cause }) }
}
