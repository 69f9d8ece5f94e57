import { explainFailure, type FailureCode } from '@force-reset/core'
import type { AuditLine } from '../audit/audit-trail.ts'
import { statusNames } from './status.ts'

const events: Readonly<Record<string, string>> = {
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

/** Codes whose reason the trail's other columns do not give away. */
const reasons: ReadonlySet<string> = new Set<FailureCode>([
  'privileged_user',
  'own_account',
  'password_rejected',
  'rules_unsatisfiable',
  'must_change_ineffective',
  'store_denied',
  'audit_unavailable',
])

/** An event in words, and why it went as it did. */
export function describeEvent(line: AuditLine): {
  readonly event: string
  readonly why: string | undefined
} {
  const { status, reason, address } = detailsOf(line.event)
  const why = [
    whyOf(line.code, status),
    reason === undefined ? undefined : `Reason: ${reason}`,
    address === undefined ? undefined : `From ${address}`,
  ].filter((part) => part !== undefined)
  const event = isMissing(line) ? 'Account not found' : (events[line.type] ?? line.type)
  return { event, why: why.length === 0 ? undefined : why.join(' ') }
}

/** Whether somebody asked for an account that is not there: a mistyped address, most often. */
export function isMissing(line: AuditLine): boolean {
  return line.type === 'access.denied' && line.code === 'user_not_found' && line.username === null
}

function whyOf(code: string | null, status: string | undefined): string | undefined {
  if (code === null || code === 'user_not_found') return undefined
  if (code === 'not_eligible' && status !== undefined)
    return `The account was ${nameOf(status).toLowerCase()}.`
  if (code === 'conflict') return 'The account had changed since the operator looked at it.'
  if (code === 'outcome_unknown') return 'It may or may not have happened.'
  return isReason(code) ? explainFailure(code) : `Code: ${code}`
}

function isReason(code: string): code is FailureCode {
  return reasons.has(code)
}

function nameOf(status: string): string {
  return Object.entries(statusNames).find(([known]) => known === status)?.[1] ?? status
}

/**
 * What a stored event says beside its columns. A line that is not as expected is still shown,
 * without them.
 */
function detailsOf(json: string): {
  readonly status?: string
  readonly reason?: string
  readonly address?: string
} {
  const event: unknown = parsed(json)
  if (typeof event !== 'object' || event === null) return {}
  const entries = Object.entries(event)
  const text = (name: string) =>
    entries.flatMap(([key, value]) => (key === name && typeof value === 'string' ? [value] : []))[0]
  const [status, reason, address] = [text('status'), text('reason'), text('address')]
  return {
    ...(status === undefined ? {} : { status }),
    ...(reason === undefined ? {} : { reason }),
    ...(address === undefined ? {} : { address }),
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
