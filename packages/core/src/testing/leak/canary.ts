import { ForceResetError } from '../../port/errors.ts'
import type { EncodedSecret } from './encodings.ts'
import { encodingsOf } from './encodings.ts'

/** A secret that is easy to recognise, for tests. */
export interface Canary {
  /** Printable ASCII: `CA4xna-7pry2-mk3vd-9shtx`. */
  readonly text: string
  /** The text in every encoding that {@link expectNoLeak} searches for. */
  readonly encodings: readonly EncodedSecret[]
}

const alphabet = 'abcdefghjkmnpqrstvwxyz23456789'

/**
 * Makes a secret for a test. Any eight characters of it in a row hold at least five that were
 * drawn, so that no other canary is mistaken for it.
 *
 * @param seed - A whole number for the same canary each time. Default: another one each time.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a seed that is not a whole number.
 * @example
 * const canary = plantCanary()
 */
export function plantCanary(seed: number = drawn()): Canary {
  if (!Number.isSafeInteger(seed))
    throw new ForceResetError(
      'ERR_INVALID_CONFIG',
      'The seed of a canary has to be a whole number.',
    )
  let state = seed
  // Not for passwords: a linear congruential generator (modulus 2^32), whose high bits are varied
  // enough for a test.
  const draw = (length: number): string => {
    const letters = Array.from({ length }, () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
      return alphabet.charAt((state >>> 16) % alphabet.length)
    })
    return letters.join('')
  }
  draw(4)
  const text = `CA${draw(4)}-${draw(5)}-${draw(5)}-${draw(5)}`
  return { text, encodings: encodingsOf(text) }
}

function drawn(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0
}
