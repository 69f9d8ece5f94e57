import type { FailureCode, FailureDetail } from './failure.ts'
import { attempt } from './within.ts'

/** Said of every refusal of a reset that had begun. Only core says so, because only core knows. */
export const nothingChanged = 'Nothing was changed.'

/** What is so, whether to say that nothing was changed, and what to do. */
interface Explanation {
  readonly what: string
  /** Whether an operator could think that something was changed. */
  readonly unchanged?: true | undefined
  readonly cure?: string | undefined
}

const explanations: Readonly<Record<FailureCode, Explanation>> = {
  invalid_request: { what: 'The request is not valid.' },
  forbidden: { what: 'You may not do this.' },
  user_not_found: { what: 'There is no such account.' },
  not_eligible: { what: 'This account cannot be reset.' },
  own_account: {
    what: 'You cannot reset your own password here.',
    cure: 'Ask another operator.',
  },
  privileged_user: { what: 'This account is privileged and cannot be reset here.' },
  conflict: {
    what: 'The account has changed since you looked at it.',
    unchanged: true,
    cure: 'Load it again.',
  },
  password_rejected: {
    what: 'The user store refused the temporary password.',
    unchanged: true,
  },
  rules_unsatisfiable: {
    what: 'No sufficiently strong password meets the rules of the user store.',
    unchanged: true,
  },
  must_change_ineffective: {
    what: 'The user could not be made to choose a new password.',
    unchanged: true,
  },
  store_denied: {
    what: 'The user store does not let this application reset passwords.',
    unchanged: true,
  },
  store_unavailable: {
    what: 'The user store cannot be reached.',
    unchanged: true,
    cure: 'Try again later.',
  },
  busy: {
    what: 'Too many resets are under way.',
    unchanged: true,
    cure: 'Try again in a moment.',
  },
  outcome_unknown: {
    what: 'The reset may have happened.',
    cure: 'Load the account again; if in doubt, reset again.',
  },
  audit_unavailable: { what: 'The audit trail cannot be written.', unchanged: true },
  aborted: { what: 'The request was cancelled.', unchanged: true },
}

const problems = {
  missing: 'is missing',
  not_a_string: 'must be text',
  too_long: 'is too long',
  malformed: 'is not valid',
} as const

/**
 * The English sentences for a failure: what is so, what became of the account, and what to do.
 * Names and reasons are not in them, except in words that a configuration gave.
 *
 * @example
 * const words = explainFailure('conflict', { reason: 'stale_version' })
 */
export function explainFailure(code: FailureCode, detail?: FailureDetail): string {
  // A store's detail may not be what its type says.
  const exact = detail && attempt(() => explainDetail(code, detail))
  return exact ?? sentences(explanations[code])
}

/** A failure as it is answered. */
export function explained({ code, detail }: Omit<ExplainedFailure, 'message'>): ExplainedFailure {
  return { code, detail, message: explainFailure(code, detail) }
}

/** A failure with its English words. */
export interface ExplainedFailure {
  readonly code: FailureCode
  readonly detail?: FailureDetail | undefined
  readonly message: string
}

/** Whether a store may say so where it has changed nothing. */
export function isRefusal(code: FailureCode): boolean {
  return code !== 'outcome_unknown' && Object.hasOwn(explanations, code)
}

function sentences({ what, unchanged, cure }: Explanation): string {
  return [what, unchanged && nothingChanged, cure].filter(Boolean).join(' ')
}

function explainDetail(code: FailureCode, detail: FailureDetail): string | undefined {
  const { unchanged, what } = explanations[code]
  switch (detail.reason) {
    case 'field': {
      const limit = detail.limit === undefined ? '' : `: at most ${detail.limit} characters`
      return `${detail.field} ${problems[detail.problem]}${limit}.`
    }
    case 'status':
      return `The status of this account is ${detail.status}. Only active and pending accounts can be reset.`
    case 'rule':
    case 'denied':
      return detail.message
    case 'store':
      // The cure of a store is for a refusal. What to do about an unknown outcome, core says.
      if (code === 'outcome_unknown') return `${detail.what} ${sentences(explanations[code])}`
      return sentences({ what: detail.what, unchanged, cure: detail.cure })
    case 'rules':
      return `${what} ${nothingChanged} (${Math.max(0, Math.floor(detail.bits))} bits, at least ${detail.leastBits})`
    default:
      // The sentence of the code says it. A detail that nobody knows ends here, too.
      detail.reason satisfies
        | 'callback_failed'
        | 'audit_timeout'
        | 'stale_version'
        | 'changed_during_write'
      return undefined
  }
}
