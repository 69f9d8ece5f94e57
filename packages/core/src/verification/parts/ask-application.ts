import { safeError } from '../../port/safe-error.ts'
import { within } from '../../port/within.ts'
import type { FailedStep, Hears } from '../../reset/heard.ts'
import { tell } from '../../reset/heard.ts'

/** How long a function of the application may take, in milliseconds. */
const applicationLimitMs = 10_000

/**
 * The answer of a function of the application; `undefined` where it throws, or where it takes more
 * than ten seconds. The signal is aborted then. `onError` is told.
 */
export async function askApplication<T>(
  hears: Hears,
  during: FailedStep,
  ask: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const ending = new AbortController()
  try {
    return await within(applicationLimitMs, () => ask(ending.signal))
  } catch (error) {
    tell(hears, during, safeError(error))
    return undefined
  } finally {
    ending.abort()
  }
}
