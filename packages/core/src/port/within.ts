import { ForceResetError } from './errors.ts'

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

/**
 * The answer of a function of somebody else that has to answer at once. A promise is refused, and
 * its rejection, which nobody else would take, does not end the process.
 *
 * @param name - How the message calls the function.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a promise, and whatever the function throws.
 * @example
 * const moment = new Date(atOnce('now', () => Date.now()))
 */
export function atOnce<T>(name: string, ask: () => T): T {
  const answer = ask()
  if (typeof Object(answer).then !== 'function') return answer
  Promise.resolve(answer).catch(() => undefined)
  throw new ForceResetError('ERR_INVALID_CONFIG', `${name} must answer at once, without a promise`)
}
