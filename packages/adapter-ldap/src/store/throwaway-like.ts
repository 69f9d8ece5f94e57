import { randomInt } from 'node:crypto'

const classes = [
  '0123456789',
  'abcdefghijklmnopqrstuvwxyz',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~',
].map((text) => Buffer.from(text))

/** After so many draws one with a forbidden word is left for the directory to refuse. */
const mostDraws = 64

/**
 * A random password in memory of its own, of the same length as `ascii` and with the same class of
 * character at each place. A rule that refuses the temporary password refuses the throwaway too,
 * mostly, and then nothing was changed. Both are printable ASCII; the caller wipes them.
 *
 * @param forbidden - Words that the throwaway should not hold, in any case.
 * @example
 * const throwaway = throwawayLike(bytes, rules.forbidden)
 */
export function throwawayLike(
  ascii: Uint8Array,
  forbidden: readonly string[] = [],
): Uint8Array<ArrayBuffer> {
  const words = forbidden
    .filter((word) => word !== '')
    .map((word) => Buffer.from(word.toLowerCase()))
  const drawn = new Uint8Array(new ArrayBuffer(ascii.length))
  for (let draw = 0; draw < mostDraws; draw += 1) {
    for (const [index, byte] of ascii.entries()) drawn[index] = another(byte)
    if (!words.some((word) => holds(drawn, word))) break
  }
  return drawn
}

function another(byte: number): number {
  const alphabet = classes.find((bytes) => bytes.includes(byte))
  return alphabet?.[randomInt(alphabet.length)] ?? byte
}

/** Whether the bytes hold the word, in any case. Without a string, which could not be wiped. */
function holds(ascii: Uint8Array, word: Buffer): boolean {
  // In a buffer of its own: the engine moves a short array that has none, and nobody wipes the old
  // place.
  const lowered = new Uint8Array(new ArrayBuffer(ascii.length))
  for (const [index, byte] of ascii.entries())
    lowered[index] = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
  const found = Buffer.from(lowered.buffer).includes(word)
  lowered.fill(0)
  return found
}
