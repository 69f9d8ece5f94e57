import type { SearchResult } from '../connection/ldap-connection.ts'
import type { SearchStep } from '../plan/request.ts'

/** Answers to searches that may be a little old: password policies, structures of groups. */
export interface AnswerCache {
  get(endpoint: string, step: SearchStep): SearchResult | undefined
  put(endpoint: string, step: SearchStep, result: SearchResult): void
}

/** More different searches than this are not remembered. */
const greatestSize = 50_000

/**
 * Remembers answers for `cacheMs` milliseconds; 0 remembers none.
 *
 * @example
 * const cache = answerCache({ cacheMs: 60_000, now: Date.now })
 */
export function answerCache({
  cacheMs,
  now,
}: {
  readonly cacheMs: number
  readonly now: () => number
}): AnswerCache {
  const answers = new Map<string, { readonly result: SearchResult; readonly at: number }>()
  return {
    get: (endpoint, step) => {
      const found = answers.get(keyOf(endpoint, step))
      return found !== undefined && now() - found.at < cacheMs ? found.result : undefined
    },
    put: (endpoint, step, result) => {
      if (cacheMs === 0) return
      if (answers.size >= greatestSize) answers.clear()
      answers.set(keyOf(endpoint, step), { result, at: now() })
    },
  }
}

function keyOf(endpoint: string, { base, scope, filter, attributes }: SearchStep): string {
  return JSON.stringify([endpoint, base, scope, filter.toString(), attributes])
}
