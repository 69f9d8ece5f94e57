import { type ForceResetConfig, type Operator, reconcile } from '@force-reset/core'
import { administratorWords } from '../words/administrator.ts'

const words = administratorWords.openResets

/**
 * How often the console looks for resets of a process that died, in milliseconds. The console that
 * died a moment ago is found at the second look.
 */
const intervalMs = 300_000

/**
 * Finds out what became of resets without a known outcome: now, and every five minutes. A line in
 * the log says what was found out.
 *
 * @returns Ends the looks, and waits for the one under way.
 */
export function closeOpenResets<O extends Operator>(
  config: ForceResetConfig<O>,
  log: (line: string) => void,
): () => Promise<void> {
  let looking: Promise<void> | undefined
  const look = async (): Promise<void> => {
    for (const { resetId, closing } of await reconcile(config))
      if (closing.closing !== 'still_open') log(words.closed(resetId, closing))
  }
  const start = (): void => {
    // The log itself may fail: the next look finds what this one left open.
    looking ??= look()
      .catch(() => undefined)
      .finally(() => {
        looking = undefined
      })
  }
  start()
  const timer = setInterval(start, intervalMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await looking
  }
}
