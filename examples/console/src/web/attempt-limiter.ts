/** How many attempts are allowed in which time. */
export interface AttemptLimit {
  readonly attempts: number
  readonly windowMs: number
}

/** Counts attempts by key, so that nobody can try passwords one after the other. */
export interface AttemptLimiter {
  /** Counts one attempt. Answers how long to wait, in milliseconds; 0 means go on. */
  take(key: string): number
  /** Forgets the attempts of a key, after one that was right. */
  forgive(key: string): void
}

interface Count {
  attempts: number
  readonly startedAt: number
}

/**
 * A limiter in memory: a window starts with the first attempt of a key and ends after `windowMs`.
 *
 * An attempt is counted before the password is looked at, so that a hundred at once are no way
 * around it.
 *
 * @param options.keys - Greatest number of keys remembered, default 10,000; beyond it the oldest is
 *   forgotten.
 */
export function attemptLimiter(
  options: AttemptLimit & { readonly now: () => number; readonly keys?: number },
): AttemptLimiter {
  const { attempts: limit, windowMs, now, keys = 10_000 } = options
  const counts = new Map<string, Count>()

  const current = (key: string): Count => {
    const count = counts.get(key)
    if (count && now() < count.startedAt + windowMs) return count
    counts.delete(key)
    const fresh = { attempts: 0, startedAt: now() }
    counts.set(key, fresh)
    for (const oldest of counts.keys()) {
      if (counts.size <= keys) break
      counts.delete(oldest)
    }
    return fresh
  }

  return {
    take(key) {
      const count = current(key)
      count.attempts += 1
      return count.attempts > limit ? count.startedAt + windowMs - now() : 0
    },
    forgive(key) {
      counts.delete(key)
    },
  }
}
