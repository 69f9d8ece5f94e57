/** The time for some work is over. The work itself may still go on. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

/**
 * Calls `work` and waits for at most `limitMs` milliseconds. A synchronous throw becomes a
 * rejection.
 *
 * @throws {DeadlineError} when the time is over.
 * @example
 * const rows = await within(10_000, () => query.execute())
 */
export async function within<T>(limitMs: number, work: () => T | PromiseLike<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError('The time is over.')), limitMs)
  })
  try {
    return await Promise.race([(async () => work())(), limit])
  } finally {
    clearTimeout(timer)
  }
}

/** The value that a function of somebody else returns; `undefined` where the function throws. */
export function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask()
  } catch {
    return undefined
  }
}
