import { type FailureDetail, type SafeCause, StoreError } from '@force-reset/core'
import { safeCauseOf } from '@force-reset/core/store'
import { BindRefused } from '../connection/connection-keeper.ts'
import { NoCredentials } from '../connection/fetched-credentials.ts'
import { TransportError } from '../connection/transport-error.ts'
import {
  AccountUnreadable,
  GroupTooLarge,
  GroupUnfit,
  GroupUnreadable,
} from '../dialect/privileged-groups.ts'
import { explainResult } from '../explain/explain-result.ts'
import { explainTransport } from '../explain/explain-transport.ts'
import { type Doing, detailOf, type Explain, type Explanation } from '../explain/explanation.ts'
import type { WriteAnswer } from '../plan/request.ts'
import { SearchRefused } from '../plan/steps.ts'

/** An error in the words of this package, and the detail that may travel. */
export interface ExplainedError {
  readonly explanation: Explanation
  readonly detail: FailureDetail
}

/**
 * Explains an error inside this package. A foreign error becomes `unexpected_error`.
 *
 * @example
 * catch (error) { return explainError(error, dialect.explain).detail }
 */
export function explainError(error: unknown, explain: Explain): ExplainedError {
  if (error instanceof TransportError) {
    const explanation = explainTransport(error)
    const { safeCause: cause } = error
    return {
      explanation,
      detail: { ...detailOf(explanation), ...(cause === undefined ? {} : { cause }) },
    }
  }
  if (error instanceof SearchRefused)
    return fromResult(error.result, { doing: 'read', base: error.base }, explain)
  if (error instanceof BindRefused) return fromResult(error.result, { doing: 'bind' }, explain)
  const explanation = explainOwn(error)
  return { explanation, detail: { ...detailOf(explanation), ...causeOf(explanation, error) } }
}

/**
 * The error that a store throws where it cannot answer.
 *
 * @example
 * catch (error) { throw storeErrorOf(error, dialect.explain) }
 */
export function storeErrorOf(error: unknown, explain: Explain): StoreError {
  const { explanation, detail } = explainError(error, explain)
  switch (explanation.code) {
    case 'store_denied':
    case 'busy':
      return new StoreError(explanation.code, detail)
    default:
      return new StoreError('store_unavailable', detail)
  }
}

function fromResult(result: WriteAnswer, doing: Doing, explain: Explain): ExplainedError {
  const explanation = explainResult(result, doing, explain)
  return { explanation, detail: detailOf(explanation, result.code) }
}

/** The class and codes of an error of the site's own functions, or of a mistake in this package. */
function causeOf({ key }: Explanation, error: unknown): { readonly cause?: SafeCause } {
  if (error instanceof NoCredentials) return { cause: error.safeCause }
  return key === unexpected.key ? { cause: safeCauseOf(error) } : {}
}

function explainOwn(error: unknown): Explanation {
  if (error instanceof GroupUnreadable) return groupUnreadable
  if (error instanceof GroupTooLarge) return groupTooLarge
  if (error instanceof GroupUnfit) return groupUnfit
  if (error instanceof AccountUnreadable) return accountUnreadable
  return error instanceof NoCredentials ? noCredentials : unexpected
}

const groupUnreadable: Explanation = {
  code: 'store_denied',
  key: 'privileged_group_unreadable',
  what:
    'A group named in privilegedGroups does not exist, has no members, or cannot be read. ' +
    'It is not known who is privileged.',
  cure: 'Correct the DN of the group, or let the service account read its members.',
}

const groupTooLarge: Explanation = {
  code: 'store_denied',
  key: 'privileged_group_too_large',
  what:
    'The groups named in privilegedGroups have more than 25,000 members together, nested groups ' +
    'included. So many are not looked at, and it is not known who is privileged.',
  cure:
    'Name smaller groups. Or mark privileged accounts in an attribute, ' +
    'and let the option privileged read that attribute.',
}

const accountUnreadable: Explanation = {
  code: 'store_denied',
  key: 'privileged_account_unreadable',
  what:
    'An account named in privilegedAccounts does not exist, or cannot be read. ' +
    'It is not known who is privileged.',
  cure: 'Correct the DN of the account, or name its objectSid, which does not change.',
}

const groupUnfit: Explanation = {
  code: 'store_denied',
  key: 'privileged_group_unfit',
  what:
    'A group named in privilegedGroups is a distribution group. ' +
    'The directory does not tell who is in a distribution group.',
  cure: 'Name a security group, or make this group a security group.',
}

const noCredentials: Explanation = {
  code: 'store_denied',
  key: 'no_credentials',
  what: 'The option bind did not return a dn and a password.',
  cure: 'Correct the value of bind, or the function that is given there.',
}

const unexpected: Explanation = {
  code: 'store_unavailable',
  key: 'unexpected_error',
  what: 'Reading the directory failed.',
}
