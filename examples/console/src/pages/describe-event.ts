import { type AuditEvent, explainFailure, type FailureCode } from '@force-reset/core'
import type { AuditLine, ConsoleEventType } from '../audit/audit-trail.ts'
import { statusNames } from './status.ts'

const events: Readonly<Record<AuditEvent['type'] | ConsoleEventType, string>> = {
  'reset.attempted': 'Reset attempted',
  'reset.applied': 'Password reset',
  'reset.refused': 'Reset refused',
  'reset.unknown': 'Reset with unknown outcome',
  'reset.undelivered': 'Password not delivered',
  'access.denied': 'Access denied',
  'operator.signed_in': 'Operator signed in',
  'operator.sign_in_failed': 'Operator sign-in failed',
  'operator.signed_out': 'Operator signed out',
  'user.password_chosen': 'User chose a password',
}

/** What a code says beside what the other columns of the trail give away. */
const reasons: Readonly<Record<FailureCode, string | undefined>> = {
  invalid_request: codeItself('invalid_request'),
  forbidden: codeItself('forbidden'),
  user_not_found: undefined,
  not_eligible: codeItself('not_eligible'),
  own_account: explainFailure('own_account'),
  privileged_user: explainFailure('privileged_user'),
  conflict: 'The account had changed since the operator looked at it.',
  password_rejected: explainFailure('password_rejected'),
  rules_unsatisfiable: explainFailure('rules_unsatisfiable'),
  must_change_ineffective: explainFailure('must_change_ineffective'),
  store_denied: explainFailure('store_denied'),
  store_unavailable: codeItself('store_unavailable'),
  busy: codeItself('busy'),
  outcome_unknown: 'It may or may not have happened.',
  audit_unavailable: explainFailure('audit_unavailable'),
  aborted: codeItself('aborted'),
}

/** An event in words, and why it went as it did. */
export function describeEvent(line: AuditLine): {
  readonly event: string
  readonly why: string | undefined
} {
  const why = [
    whyOf(line),
    line.reason === null ? undefined : `Reason: ${line.reason}`,
    line.source_address === null ? undefined : `From ${line.source_address}`,
  ].filter((part) => part !== undefined)
  const event = isMissing(line)
    ? 'Account not found'
    : wordFor(events, line.event_type, line.event_type)
  return { event, why: why.length === 0 ? undefined : why.join(' ') }
}

/** Whether somebody asked for an account that is not there: a mistyped address, most often. */
export function isMissing({ event_type, code, username }: AuditLine): boolean {
  return event_type === 'access.denied' && code === 'user_not_found' && username === null
}

function whyOf({ code, account_status: status }: AuditLine): string | undefined {
  if (code === null) return undefined
  if (code === 'not_eligible' && status !== null)
    return `The account was ${wordFor(statusNames, status, status).toLowerCase()}.`
  return wordFor(reasons, code, codeItself(code))
}

function codeItself(code: string): string {
  return `Code: ${code}`
}

/** The word for what is stored; a later version of the library may have stored something else. */
function wordFor<Word extends string | undefined>(
  words: Readonly<Record<string, Word>>,
  stored: string,
  unknown: Word,
): Word {
  return Object.entries(words).find(([known]) => known === stored)?.[1] ?? unknown
}
