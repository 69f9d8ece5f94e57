import { type FailureDetail, StoreError } from '@force-reset/core'
import { BindRefused } from '../connection/connection-keeper.ts'
import { NoCredentials } from '../connection/fetched-credentials.ts'
import { TransportError } from '../connection/transport-error.ts'
import { GroupUnfit, GroupUnreadable } from '../dialect/privileged-groups.ts'
import { explainResult } from '../explain/explain-result.ts'
import { explainTransport } from '../explain/explain-transport.ts'
import { type Doing, detailOf, type Explain, type Problem } from '../explain/problem.ts'
import type { WriteAnswer } from '../plan/request.ts'
import { SearchRefused } from '../plan/steps.ts'

/**
 * What an error inside this package means outside of it. An error that is not one of its own says
 * nothing but that.
 */
export function problemOf(
  error: unknown,
  explain: Explain,
): { readonly problem: Problem; readonly detail: FailureDetail } {
  if (error instanceof TransportError) {
    const problem = explainTransport(error)
    return {
      problem,
      detail: {
        ...detailOf(problem),
        ...(error.safeCause === undefined ? {} : { cause: error.safeCause }),
      },
    }
  }
  if (error instanceof SearchRefused)
    return fromResult(error.result, { doing: 'read', base: error.base }, explain)
  if (error instanceof BindRefused) return fromResult(error.result, { doing: 'bind' }, explain)
  const problem = ownProblem(error)
  return { problem, detail: detailOf(problem) }
}

function ownProblem(error: unknown): Problem {
  if (error instanceof GroupUnreadable) return groupUnreadable
  if (error instanceof GroupUnfit) return groupUnfit
  return error instanceof NoCredentials ? noCredentials : unexpected
}

/** The error that a question to the store ends with. */
export function storeErrorOf(error: unknown, explain: Explain): StoreError {
  const { problem, detail } = problemOf(error, explain)
  switch (problem.code) {
    case 'store_denied':
    case 'busy':
      return new StoreError(problem.code, detail)
    default:
      return new StoreError('store_unavailable', detail)
  }
}

function fromResult(
  result: WriteAnswer,
  doing: Doing,
  explain: Explain,
): ReturnType<typeof problemOf> {
  const problem = explainResult(result, doing, explain)
  return { problem, detail: detailOf(problem, result.code) }
}

const groupUnreadable: Problem = {
  code: 'store_denied',
  key: 'privileged_group_unreadable',
  message:
    'A group named in privilegedGroups does not exist, has no members, or cannot be read, so it is not known who is privileged. Correct its DN, or let the operator account read its members.',
}

const groupUnfit: Problem = {
  code: 'store_denied',
  key: 'privileged_group_unfit',
  message:
    'A group named in privilegedGroups is a distribution group, and the directory does not say whose groups those are. Name a security group, or make it one.',
}

const noCredentials: Problem = {
  code: 'store_denied',
  key: 'no_credentials',
  message:
    'What bind gives, or the function that it is, did not answer with a dn and a password. Correct it.',
}

const unexpected: Problem = {
  code: 'store_unavailable',
  key: 'unexpected_error',
  message: 'Reading the directory failed.',
}
