import { describe, expect, it } from 'vitest'
import type { AuditLine } from '../audit/audit-trail.ts'
import { auditTrailPage } from './audit.ts'
import { readTrailView } from './trail-query.ts'

/** A line of the trail in which only what is given stands. */
function line(given: Partial<AuditLine>): AuditLine {
  return {
    event_number: 1,
    event_id: 'event-1',
    schema_version: 1,
    happened_at: '2026-11-24T02:25:09.000Z',
    event_type: 'reset.refused',
    event_action: null,
    reset_id: null,
    operator_id: 'kim',
    store: null,
    user_id: '42',
    username: 'lee',
    account_status: null,
    code: null,
    reason: null,
    correlation_id: null,
    source_address: null,
    source_user_agent: null,
    source_request_id: null,
    mark: null,
    receipt: null,
    details: null,
    ...given,
  }
}

const view = readTrailView(new URLSearchParams())

/** The words of the one row of the page, cell by cell. */
async function rowOf(given: Partial<AuditLine>): Promise<readonly string[]> {
  const assets = { styles: '', script: '', icon: '', insecure: false }
  const page = { lines: [line(given)], before: undefined }
  const markup = String(await auditTrailPage({ assets, operator: 'kim', page, view }))
  return [...markup.matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell = '']) =>
    cell.replaceAll('<span class="why">', ' | ').replaceAll(/<[^>]*>/g, ''),
  )
}

describe('the page of the audit trail', () => {
  it('tells when, what, whose account, and who', async () => {
    expect(await rowOf({ event_type: 'reset.applied' })).toEqual([
      '24 Nov 2026, 02:25:09',
      'Password reset',
      'lee',
      'kim',
    ])
  })

  it.each<[Partial<AuditLine>, string]>([
    [{ code: 'not_eligible', account_status: 'suspended' }, ' | The account was suspended.'],
    [{ code: 'not_eligible', account_status: 'active' }, ' | The account may not be reset here.'],
    [{ code: 'not_eligible' }, ' | The account may not be reset here.'],
    [{ code: 'conflict' }, ' | The account had changed since the operator looked at it.'],
    [{ code: 'privileged_user' }, ' | The account was protected.'],
    [{ code: 'own_account' }, ' | The account was the operator’s own.'],
    [{ code: 'busy' }, ' | Too many resets were under way.'],
    [
      { code: 'user_not_found', reason: 'INC-1 From 10.9.8.7', source_address: '::1' },
      ' | Reason: INC-1 From 10.9.8.7 | From ::1',
    ],
    [{ code: 'user_not_found' }, ''],
    [{ code: 'user_not_found', reason: 'INC-4711' }, ' | Reason: INC-4711'],
    [{ code: 'a_later_code', source_address: '::1' }, ' | Code: a_later_code | From ::1'],
  ])('says why a reset was refused: %j', async (given, why) => {
    const [, event] = await rowOf(given)
    expect(event).toBe(`Reset refused${why}`)
  })

  it('shows what a later version of the library has stored', async () => {
    const stored = { event_type: 'reset.later', account_status: 'later', code: 'not_eligible' }
    const [, event] = await rowOf(stored)
    expect(event).toBe('reset.later | The account was later.')
  })

  it('calls an account that was not there by its id, and says nothing else of it', async () => {
    const missing = { event_type: 'access.denied', code: 'user_not_found', username: null }
    expect((await rowOf(missing)).slice(1)).toEqual(['Account not found', '42', 'kim'])
  })

  it('shows escaped text as it is stored, so that a typed escape looks like no other', async () => {
    const stored = { reason: 'to \\u{202e}nimda', username: 'a\\u{5c}u{202e}b' }
    const [, event, account] = await rowOf(stored)
    expect(event).toBe('Reset refused | Reason: to \\u{202e}nimda')
    expect(account).toBe('a\\u{5c}u{202e}b')
  })

  it('tells of a limit, of events that were left out, and of the request', async () => {
    const limited = { event_type: 'access.limited', source_request_id: 'q-1' }
    const details = JSON.stringify({ per: 'target', limit: 5, windowSeconds: 600 })
    expect((await rowOf({ ...limited, details }))[1]).toBe(
      'Stopped: too many requests | The account was reset too often. | Request q-1',
    )
    const omitted = { event_type: 'access.omitted', details: '{"count":7}' }
    expect((await rowOf(omitted))[1]).toBe(
      'Events left out | 7 more events of this operator within a minute',
    )
  })

  it('names nobody at a failed sign-in but a known operator', async () => {
    const failed = { event_type: 'operator.sign_in_failed', user_id: null, username: null }
    expect((await rowOf(failed))[3]).toBe('kim')
    expect((await rowOf({ ...failed, operator_id: null }))[3]).toBe('An unknown name')
  })
})
