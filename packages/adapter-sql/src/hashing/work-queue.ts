import { StoreError } from '@force-reset/core'

/** Runs so many at a time, and lets so many wait. */
export interface WorkQueue {
  /** @throws {StoreError} `busy` when too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T>
}

/** A queue in the order of arrival. */
export function workQueue(limits: {
  readonly concurrency: number
  readonly waiting: number
}): WorkQueue {
  const waiting: (() => void)[] = []
  let running = 0

  const enter = async (): Promise<void> => {
    if (running < limits.concurrency) {
      running += 1
      return
    }
    if (waiting.length >= limits.waiting) throw new StoreError('busy')
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  // The place goes straight to the next in line, so that nobody who arrives in between overtakes.
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }

  return {
    run: async (work) => {
      await enter()
      try {
        return await work()
      } finally {
        leave()
      }
    },
  }
}
