import type { FailureCode, FailureDetail } from './failure.ts'
import { attempt } from './within.ts'

/** Said of refusals that an operator could mistake for a change. Only core says this sentence. */
export const nothingChanged = 'Nothing was changed.'

/** The sentences of each code: what is so, what became of the account, and what to do. */
const explanations: Readonly<Record<FailureCode, readonly string[]>> = {
  invalid_request: ['The request is not valid.'],
  forbidden: ['You may not do this.'],
  user_not_found: ['There is no such account.'],
  not_eligible: ['This account cannot be reset.'],
  own_account: ['You cannot reset your own password here.', 'Ask another operator.'],
  privileged_user: ['This account is privileged and cannot be reset here.'],
  conflict: ['The account has changed since you looked at it.', nothingChanged, 'Load it again.'],
  verification_required: ['The caller was not identified.', nothingChanged],
  password_rejected: ['The user store refused the temporary password.', nothingChanged],
  rules_unsatisfiable: [
    'No sufficiently strong password meets the rules of the user store.',
    nothingChanged,
  ],
  must_change_ineffective: ['The user could not be made to choose a new password.', nothingChanged],
  store_denied: ['The user store does not let this application reset passwords.', nothingChanged],
  store_unavailable: ['The user store cannot be reached.', nothingChanged, 'Try again later.'],
  busy: ['Too many resets are under way.', nothingChanged, 'Try again in a moment.'],
  outcome_unknown: [
    'The reset may have happened.',
    'Load the account again; if in doubt, reset again.',
  ],
  audit_unavailable: ['The audit trail cannot be written.', nothingChanged],
  aborted: ['The request was cancelled.', nothingChanged],
}

const problems = {
  missing: 'is missing',
  not_a_string: 'must be text',
  too_long: 'is too long',
  malformed: 'is not valid',
} as const

/**
 * The English sentences for a failure: what is so, what became of the account, and what to do.
 * The sentences hold no names and no reasons, except in words that a configuration gave.
 *
 * @example
 * const words = explainFailure('conflict', { reason: 'stale_version' })
 */
export function explainFailure(code: FailureCode, detail?: FailureDetail): string {
  // A store without types may give a detail that is none.
  const exact = detail && attempt(() => explainDetail(code, detail))
  return exact ?? explanations[code].join(' ')
}

/** The failure, with its English sentences. */
export function explained({ code, detail }: Omit<ExplainedFailure, 'message'>): ExplainedFailure {
  return { code, detail, message: explainFailure(code, detail) }
}

/** A failure with its English words. */
export interface ExplainedFailure {
  readonly code: FailureCode
  readonly detail?: FailureDetail | undefined
  readonly message: string
}

/** Whether a store may answer this code where the store has changed nothing. */
export function isRefusal(code: FailureCode): boolean {
  return code !== 'outcome_unknown' && Object.hasOwn(explanations, code)
}

/** Reasons with words of their own. */
type SpokenReason =
  | 'field'
  | 'status'
  | 'rule'
  | 'denied'
  | 'store'
  | 'verification'
  | 'rules'
  | 'foreign_version'
/** Reasons of which the sentence of the code says enough. */
type UnspokenReason = 'callback_failed' | 'audit_timeout' | 'stale_version' | 'changed_during_write'

/** A reason that stands in neither list does not compile where this function is called. */
function explainDetail(
  code: FailureCode,
  detail: FailureDetail & { readonly reason: SpokenReason | UnspokenReason },
): string | undefined {
  const sentences = explanations[code]
  switch (detail.reason) {
    case 'field': {
      const limit = detail.limit === undefined ? '' : `: at most ${detail.limit} characters`
      return `${detail.field} ${problems[detail.problem]}${limit}.`
    }
    case 'status':
      return (
        `The status of this account is ${detail.status}. ` +
        'Only active and pending accounts can be reset.'
      )
    case 'rule':
    case 'denied':
      // Without words of the application the sentence of the code is said.
      return detail.message || undefined
    case 'store':
    case 'verification': {
      // The cure of a store is for a refusal. What to do about an unknown outcome, core says.
      const rest =
        code === 'outcome_unknown'
          ? sentences
          : [...sentences.filter((one) => one === nothingChanged), detail.cure ?? '']
      return [detail.what, ...rest].join(' ').trim()
    }
    case 'rules':
      return (
        `${sentences.join(' ')} ` +
        `(${Math.max(0, Math.floor(detail.bits))} bits, at least ${detail.leastBits})`
      )
    case 'foreign_version':
      return (
        'This page comes from another server, or from before a restart. ' +
        `${nothingChanged} Load the account again. If this happens again, tell the administrator.`
      )
    // The sentence of the code says enough. A detail that nobody knows ends here, too.
    default:
      return undefined
  }
}
