import type { UnexpectedError } from '@force-reset/http'
import { administratorWords } from '../words/administrator.ts'

/** A way in which requests arrive that the settings do not fit. */
type Trouble = NonNullable<UnexpectedError['trouble']>

/** Says in the log, once for each trouble, what to change about a proxy. */
export type ProxyLog = (trouble: Trouble) => void

/** A {@link ProxyLog} that has said nothing so far. */
export function proxyLog(log: (line: string) => void): ProxyLog {
  const told = new Set<Trouble>()
  return (trouble) => {
    if (told.has(trouble)) return
    told.add(trouble)
    log(administratorWords.proxies[trouble])
  }
}

/** Whether a path ends like a page of the console, with something in front. */
export function hasMoreInFront(path: string): boolean {
  return /^\/.+\/(console|signin|change-password|welcome|assets)(\/|$)/.test(path)
}
