import type { FailureCode, FailureDetail } from './failure.ts'

const unchanged = ' Nothing was changed.'

const sentences: Readonly<Record<FailureCode, string>> = {
  invalid_request: 'The request is not valid.',
  forbidden: 'You may not do this.',
  user_not_found: 'There is no such account.',
  not_eligible: 'This account cannot be reset.',
  own_account: 'You cannot reset your own password here. Ask another operator.',
  privileged_user: 'This account is privileged and cannot be reset here.',
  conflict: `The account has changed since you looked at it.${unchanged} Load it again.`,
  password_rejected: `The user store refused the temporary password.${unchanged}`,
  rules_unsatisfiable: `No sufficiently strong password meets the rules of the user store.${unchanged}`,
  must_change_ineffective: `The user could not be made to choose a new password.${unchanged}`,
  store_denied: `The user store does not let this application reset passwords.${unchanged}`,
  store_unavailable: `The user store cannot be reached.${unchanged} Try again later.`,
  busy: `Too many resets are under way.${unchanged} Try again in a moment.`,
  outcome_unknown: 'The reset may have happened. Load the account again; if in doubt, reset again.',
  audit_unavailable: `The audit trail cannot be written.${unchanged}`,
  aborted: `The request was cancelled.${unchanged}`,
}

const problems = {
  missing: 'is missing',
  not_a_string: 'must be text',
  too_long: 'is too long',
  malformed: 'is not valid',
} as const

/**
 * The English sentence for a failure: what happened, and what to do. Names and reasons are not in
 * it, except in words that a configuration gave.
 */
export function explainFailure(code: FailureCode, detail?: FailureDetail): string {
  try {
    return (detail && explainDetail(code, detail)) ?? sentences[code]
  } catch {
    // The store's detail is not what its type says.
    return sentences[code]
  }
}

interface Failure {
  readonly code: FailureCode
  readonly detail?: FailureDetail | undefined
}

/** A failure as the caller gets it, with its sentence. */
export function explained({ code, detail }: Failure): Failure & { readonly message: string } {
  return { code, detail, message: explainFailure(code, detail) }
}

/** Whether the code says that nothing was changed. A store may answer anything at run time. */
export function isRefusal(code: FailureCode): boolean {
  return code !== 'outcome_unknown' && Object.hasOwn(sentences, code)
}

/** A store says what went wrong; what became of the reset is known here. */
function afterStore(code: FailureCode, message: string): string {
  if (code === 'outcome_unknown') return ` ${sentences[code]}`
  return code === 'store_unavailable' && !message.includes(unchanged) ? unchanged : ''
}

function explainDetail(code: FailureCode, detail: FailureDetail): string | undefined {
  switch (detail.reason) {
    case 'field':
      return `${detail.field} ${problems[detail.problem]}${detail.limit === undefined ? '' : `: at most ${detail.limit} characters`}.`
    case 'status':
      return `The status of this account is ${detail.status}. Only active and pending accounts can be reset.`
    case 'rule':
    case 'denied':
      return detail.message
    case 'store':
      return `${detail.message}${afterStore(code, detail.message)}`
    case 'rules':
      return `${sentences[code]} (${Math.max(0, Math.floor(detail.bits))} bits, at least ${detail.leastBits})`
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
