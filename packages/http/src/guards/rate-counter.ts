/** Counts requests and resets. Several processes that serve one console need a shared counter. */
export interface RateCounter {
  /**
   * Adds `amount` to the count of `key`; an `amount` of 0 only asks. The count starts from 0 again
   * when its window is over.
   *
   * On Redis: `INCRBY key amount`, `EXPIRE key windowSeconds NX`, `TTL key`. Keys hold ids of
   * operators and users, never a name or a password.
   */
  add(key: string, amount: 0 | 1, windowSeconds: number): RateCount | Promise<RateCount>
}

/** A count within its window. */
export interface RateCount {
  readonly count: number
  /** Seconds until the window ends. */
  readonly secondsLeft: number
}

/** Above this number of keys, the keys whose window is over are removed. */
const sweepAbove = 1_000

/** A {@link RateCounter} that counts in the memory of one process. */
export interface MemoryRateCounter extends RateCounter {
  add(key: string, amount: 0 | 1, windowSeconds: number): RateCount
  /** Counts `key` from 0 again, as after a right password. */
  forget(key: string): void
}

/**
 * Counts in the memory of this process: the default.
 *
 * @param now - The clock, in milliseconds. Default `Date.now`.
 * @param options.mostKeys - Greatest number of keys; beyond it the oldest window is forgotten.
 *   Set it where strangers choose the keys. Default: no limit.
 * @example
 * const signIns = memoryRateCounter(Date.now, { mostKeys: 10_000 })
 */
export function memoryRateCounter(
  now: () => number = Date.now,
  { mostKeys = Number.POSITIVE_INFINITY }: { readonly mostKeys?: number | undefined } = {},
): MemoryRateCounter {
  const windows = new Map<string, { count: number; readonly endsAt: number }>()
  let sweepAt = sweepAbove
  const sweep = (time: number): void => {
    for (const [key, { endsAt }] of windows) if (endsAt <= time) windows.delete(key)
    sweepAt = Math.max(sweepAbove, windows.size * 2)
  }
  return {
    add: (key, amount, windowSeconds) => {
      const time = now()
      if (windows.size >= sweepAt) sweep(time)
      const known = windows.get(key)
      const window =
        known !== undefined && known.endsAt > time
          ? known
          : { count: 0, endsAt: time + windowSeconds * 1_000 }
      window.count += amount
      if (window !== known && window.count > 0) {
        // Deleted first, so that the keys stay in the order in which their windows began.
        windows.delete(key)
        windows.set(key, window)
        const [oldest = key] = windows.keys()
        if (windows.size > mostKeys) windows.delete(oldest)
      }
      return { count: window.count, secondsLeft: Math.ceil((window.endsAt - time) / 1_000) }
    },
    forget: (key) => {
      windows.delete(key)
    },
  }
}
