/** Random numbers without bias, from a pool of random words, each of which is wiped when read. */
export interface RandomSource {
  /** A whole number from 0 to `bound` − 1, for a bound of at most 2^16. */
  below(bound: number): number
  /** The same for bounds of any size. */
  belowBig(bound: bigint): bigint
}

/** Number of values of one word of 16 bits. */
const wordValues = 0x1_0000

/**
 * Draws from Web Crypto. Numbers at or above the greatest multiple of the bound are drawn again, so
 * that no number is likelier than another.
 */
export function randomSource(): RandomSource {
  const pool = new Uint16Array(new ArrayBuffer(64))
  let used = pool.length
  const word = (): number => {
    if (used === pool.length) {
      crypto.getRandomValues(pool)
      used = 0
    }
    const value = pool[used] ?? 0
    pool[used] = 0
    used += 1
    return value
  }
  return {
    below: (bound) => {
      const limit = wordValues - (wordValues % bound)
      for (;;) {
        const value = word()
        if (value < limit) return value % bound
      }
    },
    belowBig: (bound) => {
      const bits = bound.toString(2).length
      for (;;) {
        let value = 0n
        for (let read = 0; read < bits; read += 16) value = (value << 16n) | BigInt(word())
        value = BigInt.asUintN(bits, value)
        if (value < bound) return value
      }
    },
  }
}
