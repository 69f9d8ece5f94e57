import { setTimeout as delay } from 'node:timers/promises'
import { TransportError } from './transport-error.ts'

/** @throws {TransportError} `timeout` when the work takes longer. */
export async function withDeadline<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  const done = new AbortController()
  const tooLate = delay(milliseconds, undefined, { signal: done.signal }).then(() => {
    throw new TransportError('timeout')
  })
  try {
    return await Promise.race([work, tooLate])
  } finally {
    tooLate.catch(() => undefined)
    done.abort()
  }
}
