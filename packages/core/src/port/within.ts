/** What {@link within} rejects with when the time is over. */
export const timeLimit = Symbol('timeLimit')

/**
 * Calls `work` and waits for at most `limitMs` milliseconds. A synchronous throw becomes a
 * rejection.
 */
export async function within<T>(limitMs: number, work: () => T | PromiseLike<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timeLimit), limitMs)
  })
  try {
    return await Promise.race([(async () => work())(), limit])
  } finally {
    clearTimeout(timer)
  }
}

/** The answer of a foreign function, or `undefined` where that function throws or rejects. */
export async function orNothing<T>(ask: () => T | PromiseLike<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch {
    return undefined
  }
}
