/** Random numbers without bias, from a pool of random bytes that is wiped after use. */
export interface RandomSource {
  /** A whole number from 0 to `bound` − 1, for a bound of at most 2^16. */
  below(bound: number): number
  /** The same for bounds of any size. */
  belowBig(bound: bigint): bigint
  wipe(): void
}

/**
 * Draws from Web Crypto. Numbers at or above the greatest multiple of the bound are drawn again, so
 * that none is likelier than another.
 */
export function randomSource(): RandomSource {
  const pool = new Uint8Array(64)
  let used = pool.length
  const byte = (): number => {
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
      const limit = 0x1_0000 - (0x1_0000 % bound)
      for (;;) {
        const value = byte() * 0x100 + byte()
        if (value < limit) return value % bound
      }
    },
    belowBig: (bound) => {
      const bits = bound.toString(2).length
      for (;;) {
        let value = 0n
        for (let read = 0; read < bits; read += 8) value = value * 0x100n + BigInt(byte())
        value = BigInt.asUintN(bits, value)
        if (value < bound) return value
      }
    },
    wipe: () => {
      pool.fill(0)
    },
  }
}
