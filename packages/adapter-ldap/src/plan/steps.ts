import type { Entry } from '../connection/entry.ts'
import type { LdapResult, SearchResult } from '../connection/ldap-connection.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { TransportError } from '../connection/transport-error.ts'
import type {
  CompareStep,
  Plan,
  SearchStep,
  SignInStep,
  StepAnswer,
  WriteAnswer,
  WriteStep,
} from './request.ts'

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
  /** The result of the search. */
  readonly code: number
  /** The lowest existing entry above a base that does not exist; empty where it is not told. */
  readonly matchedDn: string
}

/** Results that come together with the entries found so far. */
const cutShort: ReadonlySet<number> = new Set([
  resultCodes.timeLimitExceeded,
  resultCodes.sizeLimitExceeded,
  resultCodes.adminLimitExceeded,
])

/** Results that say something about the base, and not about the server. */
const aboutBase: ReadonlySet<number> = new Set([
  resultCodes.referral,
  resultCodes.invalidDnSyntax,
  resultCodes.insufficientAccessRights,
  resultCodes.unwillingToPerform,
])

/** Searches that wait for their answers together: several plans at once fit into the queue. */
const mostAtOnce = 500

/**
 * Several searches in one round trip; more than 500 in one round trip for each 500.
 *
 * @throws {TransportError} when an answer was lost.
 * @throws {SearchRefused} for every result but success, a limit, and a base that does not exist.
 *   Where a step may be refused, a refusal of its base is no error either.
 * @example
 * const [people, groups] = yield* searches([peopleStep, groupStep])
 */
export function* searches(steps: readonly SearchStep[]): Plan<readonly Found[]> {
  const answers: StepAnswer[] = []
  for (let start = 0; start < steps.length; start += mostAtOnce)
    answers.push(...(yield steps.slice(start, start + mostAtOnce)))
  return steps.map((step, index) => foundIn(answers[index], step))
}

/**
 * Lists of searches, all sent together as {@link searches} does. The answers come in the same
 * lists.
 *
 * @throws {TransportError} and {@link SearchRefused} as {@link searches} does.
 * @example
 * const [policies = [], groups = []] = yield* searchLists([policySteps, groupSteps])
 */
export function* searchLists(
  lists: readonly (readonly SearchStep[])[],
): Plan<readonly (readonly Found[])[]> {
  const found = yield* searches(lists.flat())
  let end = 0
  return lists.map(({ length }) => {
    end += length
    return found.slice(end - length, end)
  })
}

/**
 * One search.
 *
 * @throws {TransportError} when the answer was lost.
 * @throws {SearchRefused} as {@link searches} does.
 * @example
 * const { entries } = yield* search(step)
 */
export function* search(step: SearchStep): Plan<Found> {
  const [found] = yield* searches([step])
  return found ?? nothing
}

/**
 * One write. A lost answer is returned and not thrown, because only the caller knows its meaning.
 *
 * @example
 * const answer = yield* write(step)
 * if (answer instanceof TransportError) return lostWrite(answer, step)
 */
export function* write(step: WriteStep): Plan<WriteAnswer | TransportError> {
  const [answer] = yield [step]
  return answer ?? new TransportError('not_sent')
}

/**
 * One sign-in. A lost answer is returned and not thrown.
 *
 * @example
 * const answer = yield* signIn({ kind: 'sign_in', dn, password })
 */
export function* signIn(step: SignInStep): Plan<WriteAnswer | TransportError> {
  const [answer] = yield [step]
  return answer ?? new TransportError('not_sent')
}

/**
 * One compare. A lost answer is returned and not thrown.
 *
 * @example
 * const answer = yield* compare({ kind: 'compare', dn, attribute: 'userPassword', value })
 */
export function* compare(step: CompareStep): Plan<WriteAnswer | TransportError> {
  const [answer] = yield [step]
  return answer ?? new TransportError('not_sent')
}

/**
 * Lets time pass; no step for 0 milliseconds.
 *
 * @example
 * yield* wait(250)
 */
export function* wait(milliseconds: number): Plan<void> {
  if (milliseconds > 0) yield [{ kind: 'wait', milliseconds }]
}

/** What a search found that was not made. */
export const nothing: Found = Object.freeze({
  entries: [],
  limited: false,
  referrals: 0,
  code: resultCodes.noSuchObject,
  matchedDn: '',
})

function foundIn(
  answer: StepAnswer | undefined,
  { base, mayBeRefused = false }: SearchStep,
): Found {
  if (answer === undefined) return nothing
  if (answer instanceof TransportError) throw answer
  const { code, matchedDn = '' } = answer
  if (code === resultCodes.noSuchObject || (mayBeRefused && aboutBase.has(code)))
    return { ...nothing, code, matchedDn }
  if (code !== resultCodes.success && !cutShort.has(code)) throw new SearchRefused(answer, base)
  return isSearchResult(answer)
    ? {
        entries: answer.entries,
        limited: code !== resultCodes.success,
        referrals: answer.referrals,
        code,
        matchedDn,
      }
    : nothing
}

function isSearchResult(answer: WriteAnswer | SearchResult): answer is SearchResult {
  return 'entries' in answer
}

/**
 * The same plan, whose steps go over a connection that nothing else waits on.
 *
 * @example
 * return yield* alone(claimAndReset(order, reading))
 */
export function* alone<T>(plan: Plan<T>): Plan<T> {
  let next = plan.next()
  while (next.done !== true)
    next = plan.next(yield next.value.map((step) => ({ ...step, alone: true })))
  return next.value
}
