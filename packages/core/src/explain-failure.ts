import type { FailureCode, FailureDetail } from './failure.ts'

const sentences: Readonly<Record<FailureCode, string>> = {
  invalid_request: 'The request is not valid.',
  forbidden: 'You may not do this.',
  user_not_found: 'There is no such account.',
  not_eligible: 'This account cannot be reset.',
  own_account: 'You cannot reset your own password here. Ask another operator.',
  privileged_user: 'This account is privileged and cannot be reset here.',
  conflict: 'The account has changed since you looked at it. Nothing was reset. Load it again and decide anew.',
  password_rejected: 'The user store refused the temporary password. Nothing was changed.',
  rules_unsatisfiable: "No sufficiently strong password meets the store's rules. Nothing was changed.",
  must_change_ineffective: 'The user could not be made to choose a new password. Nothing was changed.',
  store_denied: 'The user store does not let this application reset passwords. Nothing was changed.',
  store_unavailable: 'The user store cannot be reached. Nothing was changed. Try again later.',
  busy: 'Too many resets are under way. Nothing was changed. Try again in a moment.',
  outcome_unknown: 'The reset may have happened. Load the account again; if you are in doubt, reset again.',
  audit_unavailable: 'The audit trail cannot be written, so nothing was changed.',
  aborted: 'The request was cancelled before anything was changed.',
}

/** The English sentence for a failure: what happened, and what to do. Names and reasons are not in it, except in words that a configuration gave. */
export function explainFailure(code: FailureCode, detail?: FailureDetail): string {
  return (detail && explainDetail(code, detail)) ?? sentences[code]
}

function explainDetail(code: FailureCode, detail: FailureDetail): string | undefined {
  switch (detail.reason) {
    case 'field':
      return `${detail.field} ${explainProblem(detail)}.`
    case 'status':
      return detail.status === 'unknown'
        ? 'The status of this account is unknown, so it cannot be reset.'
        : `This account is ${detail.status}. Only active and pending accounts can be reset.`
    case 'rule':
    case 'denied':
    case 'store':
      return detail.message
    case 'callback_failed':
      return code === 'audit_unavailable' ? undefined : `${sentences[code]} (${detail.callback} failed)`
    case 'rules':
      return `The store's rules leave ${Math.max(0, Math.floor(detail.bits))} bits of entropy; at least ${detail.leastBits} are needed. Nothing was changed.`
    case 'audit_timeout':
      return `The audit trail did not answer within ${detail.limitMs} ms, so nothing was changed.`
    case 'stale_version':
    case 'changed_during_write':
      return undefined
    default:
      return detail satisfies never
  }
}

function explainProblem(detail: Extract<FailureDetail, { reason: 'field' }>): string {
  switch (detail.problem) {
    case 'missing':
      return 'is missing'
    case 'not_a_string':
      return 'must be text'
    case 'too_long':
      return `must have at most ${detail.limit ?? 0} characters`
    case 'malformed':
      return 'is not valid'
    default:
      return detail.problem satisfies never
  }
}
