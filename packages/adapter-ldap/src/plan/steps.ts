import type { Entry } from '../connection/entry.ts'
import type { LdapResult, SearchResult } from '../connection/ldap-connection.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { TransportError } from '../connection/transport-error.ts'
import type { Plan, SearchStep, SignInStep, StepAnswer, WriteAnswer, WriteStep } from './request.ts'

/** The directory answered a question with a refusal. It stays inside this package. */
export class SearchRefused extends Error {
  readonly result: LdapResult
  /** Where it was to begin. */
  readonly base: string

  constructor(result: LdapResult, base: string) {
    super(`The directory refused a search with result ${result.code}.`)
    this.name = 'SearchRefused'
    this.result = result
    this.base = base
  }
}

/** What a search found, and whether there may be more. */
export interface Found {
  readonly entries: readonly Entry[]
  /** A limit of ours or of the server's cut the answer short. */
  readonly limited: boolean
  /** Parts of the directory that the server said are somewhere else. They are not followed. */
  readonly referrals: number
}

/** Results that come together with the entries found so far. */
const cutShort: ReadonlySet<number> = new Set([
  resultCodes.timeLimitExceeded,
  resultCodes.sizeLimitExceeded,
  resultCodes.adminLimitExceeded,
])

/**
 * Several searches in one round trip.
 *
 * @throws {TransportError} when an answer was lost.
 * @throws {SearchRefused} for every result but success, a limit, and a base that does not exist.
 */
export function* searches(steps: readonly SearchStep[]): Plan<readonly Found[]> {
  const answers = steps.length === 0 ? [] : yield steps
  return steps.map(({ base }, index) => foundIn(answers[index], base))
}

/** One search. */
export function* search(step: SearchStep): Plan<Found> {
  const [found] = yield* searches([step])
  return found ?? nothing
}

/**
 * One write. What was lost comes back as an answer, because only the caller knows what it means.
 */
export function* write(step: WriteStep): Plan<WriteAnswer | TransportError> {
  const [answer] = yield [step]
  return answer ?? new TransportError('not_sent')
}

/** One sign-in. */
export function* signIn(step: SignInStep): Plan<WriteAnswer | TransportError> {
  const [answer] = yield [step]
  return answer ?? new TransportError('not_sent')
}

export function* wait(milliseconds: number): Plan<void> {
  if (milliseconds > 0) yield [{ kind: 'wait', milliseconds }]
}

const nothing: Found = Object.freeze({ entries: [], limited: false, referrals: 0 })

function foundIn(answer: StepAnswer | undefined, base: string): Found {
  if (answer === undefined) return nothing
  if (answer instanceof TransportError) throw answer
  const { code } = answer
  if (code === resultCodes.noSuchObject) return nothing
  if (code !== resultCodes.success && !cutShort.has(code)) throw new SearchRefused(answer, base)
  return isSearchResult(answer)
    ? {
        entries: answer.entries,
        limited: code !== resultCodes.success,
        referrals: answer.referrals,
      }
    : nothing
}

function isSearchResult(answer: WriteAnswer | SearchResult): answer is SearchResult {
  return 'entries' in answer
}

/** A plan whose every step goes over a connection of its own. */
export function* alone<T>(plan: Plan<T>): Plan<T> {
  let next = plan.next()
  while (next.done !== true)
    next = plan.next(yield next.value.map((step) => ({ ...step, alone: true })))
  return next.value
}
