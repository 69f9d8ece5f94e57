import type { FailureCode } from '@force-reset/core'
import { explainFailure, nothingChanged } from '@force-reset/core'
import { describe, expect, it } from 'vitest'
import { problemKinds } from '../../wire/problem-code.ts'
import { english, withEnglish } from './english.ts'
import { explainTrouble } from './explain-trouble.ts'
import type { Trouble } from './trouble.ts'

const said = (trouble: Trouble, during: 'load' | 'reset' = 'reset'): string =>
  explainTrouble(trouble, english, during)

const failureCodes: Readonly<Record<FailureCode, true>> = {
  invalid_request: true,
  forbidden: true,
  user_not_found: true,
  not_eligible: true,
  own_account: true,
  privileged_user: true,
  conflict: true,
  verification_required: true,
  password_rejected: true,
  rules_unsatisfiable: true,
  must_change_ineffective: true,
  store_denied: true,
  store_unavailable: true,
  busy: true,
  outcome_unknown: true,
  audit_unavailable: true,
  aborted: true,
}

describe('explainTrouble', () => {
  it('has words for every code of a problem', () => {
    for (const code of Object.keys(problemKinds)) {
      expect(english.failures).toHaveProperty(code)
      expect(said({ code })).toMatch(/^[A-Z].*\.$/)
    }
  })

  it('says after a conflict that this request changed nothing: an earlier try may have', () => {
    expect(said({ code: 'conflict' })).toMatch(
      /This request changed nothing\..* an earlier try of yours/,
    )
    expect(said({ code: 'conflict' })).not.toContain(nothingChanged)
  })

  it('says of a reset that was not sent that nothing was changed', () => {
    expect(said({ code: 'not_sent' })).toBe(
      'Not sent: this computer has no connection. Nothing was changed. Check the connection.',
    )
  })

  it.each(
    Object.keys(failureCodes)
      .filter((code): code is FailureCode => code in failureCodes)
      .filter((code) => code !== 'conflict'),
  )('says of %s that nothing was changed exactly where core says so', (code) => {
    expect(said({ code }).includes(nothingChanged)).toBe(
      explainFailure(code).includes(nothingChanged),
    )
  })

  it('never says that nothing was changed while an account is loaded', () => {
    for (const code of Object.keys(english.failures))
      expect(said({ code }, 'load')).not.toContain(nothingChanged)
  })

  it('says what is so, then that nothing was changed, then what to do', () => {
    expect(said({ code: 'busy', detail: 'Not shown.' })).toBe(
      'Too many resets are under way. Nothing was changed. Try again in a moment.',
    )
  })

  it('says when to try again', () => {
    expect(said({ code: 'rate_limited', retryAfterSeconds: 300 })).toBe(
      'Too many requests. Nothing was changed. Try again in 5 minutes.',
    )
  })

  it.each([
    ['rule', 'not_eligible'],
    ['denied', 'forbidden'],
  ] as const)('gives the words of the application as they come (%s)', (reason, code) => {
    const detail = 'Only\u00a0the ward resets Kim.'
    expect(said({ code, detail, reason: { reason } })).toBe(detail)
  })

  it.each([
    [
      'field',
      {
        code: 'invalid_request',
        reason: { reason: 'field', field: 'reason', problem: 'too_long', limit: 500 },
      },
      'The reason is too long: at most 500 characters.',
    ],
    [
      'status',
      { code: 'not_eligible', reason: { reason: 'status', status: 'suspended' } },
      'This account is suspended. A reset would not open it. Ask an administrator.',
    ],
    [
      'rules',
      {
        code: 'rules_unsatisfiable',
        reason: { reason: 'rules', bits: Number.NEGATIVE_INFINITY, leastBits: 40 },
      },
      'No password that is strong enough meets the password rules (0 bits, at least 40). ' +
        'Nothing was changed.',
    ],
    [
      'audit_timeout',
      { code: 'audit_unavailable', reason: { reason: 'audit_timeout', limitMs: 5_000 } },
      'The audit trail did not answer within 5 seconds, so no password is reset. ' +
        'Nothing was changed. Try again later.',
    ],
    [
      'changed_during_write',
      { code: 'conflict', reason: { reason: 'changed_during_write' } },
      'This account changed at the moment of the reset. This request changed nothing. Somebody ' +
        'else may have reset the password, or an earlier try of yours.',
    ],
  ] satisfies readonly (readonly [string, Trouble, string])[])(
    'gives the exact reason (%s)',
    (_, trouble, words) => {
      expect(said(trouble)).toBe(words)
    },
  )

  it('says of a lock in the database that it passes, and of a locked account who ends it', () => {
    expect(said({ code: 'busy', reason: { reason: 'store', key: 'row_locked' } })).toBe(
      'Another change of this account is under way. Nothing was changed. Try again in a moment.',
    )
    expect(said({ code: 'not_eligible', reason: { reason: 'store', key: 'locked' } })).toBe(
      'Locked after wrong passwords. A reset may not lift this lock here. ' +
        'Wait until the lock ends, or ask an administrator to lift it.',
    )
  })

  it('leaves a key without words to an administrator, with its particulars', () => {
    const reason = { reason: 'store', key: 'read_only' } as const
    expect(said({ code: 'store_unavailable', reason })).toBe(
      'The accounts cannot be reached, or something there does not work. Nothing was changed. ' +
        'Try again later. Tell an administrator: read_only.',
    )
    const parameters = { container: 'ou=people' }
    const cause = { sqlState: '25006', ldapResult: 50 }
    expect(
      said({ code: 'store_denied', reason: { ...reason, parameters, cause } }, 'load'),
    ).toContain(
      'Tell an administrator: read_only (container ou=people, sqlState 25006, ldapResult 50).',
    )
  })

  it.each([
    [{ reason: 'callback_failed', callback: 'authorize' }, 'callback_failed (callback authorize)'],
    [{ reason: 'lunar', phase: 'full', nested: {} }, 'lunar (phase full)'],
    [{ reason: 'constructor' }, 'constructor'],
  ])('leaves a reason without words to an administrator: %j', (parameters, matter) => {
    expect(said({ code: 'forbidden', parameters })).toBe(
      `You may not do this. Tell an administrator: ${matter}.`,
    )
  })

  it('leaves a code of a newer server to an administrator, and promises nothing', () => {
    for (const code of ['teapot', 'toString'])
      expect(said({ code, detail: 'Not shown.' })).toBe(
        'The server gave a reason that this page does not know. Load the account again. ' +
          `Tell an administrator: ${code}.`,
      )
  })

  it('takes single words of a page, and English for the rest', () => {
    const german = withEnglish({
      unchanged: 'Nichts wurde geändert.',
      failures: { busy: { what: 'Zu viel zu tun\u202f!', cure: 'Gleich noch einmal.' } },
      store: { read_only: () => 'Die Datenbank ist schreibgeschützt.' },
      tellAdministrator: (matter) => `Bitte melden: ${matter}.`,
    })
    const spoken = (trouble: Trouble) => explainTrouble(trouble, german, 'reset')
    expect(spoken({ code: 'busy' })).toBe(
      'Zu viel zu tun\u202f! Nichts wurde geändert. Gleich noch einmal.',
    )
    expect(spoken({ code: 'aborted' })).toBe(
      'The request was cancelled. Nichts wurde geändert. Try again.',
    )
    expect(
      spoken({ code: 'store_unavailable', reason: { reason: 'store', key: 'read_only' } }),
    ).toBe('Die Datenbank ist schreibgeschützt. Nichts wurde geändert. Try again later.')
    expect(spoken({ code: 'neu' })).toContain('Bitte melden: neu.')
  })

  it('asks the function of the page first', () => {
    const words = withEnglish({ trouble: ({ code }, at) => `${code} ${at}` })
    const trouble: Trouble = { code: 'rate_limited', retryAfterSeconds: 20 }
    expect(explainTrouble(trouble, words, 'load')).toBe('rate_limited in 20 seconds')
  })

  it.each([
    [
      'a function fails',
      {
        tellAdministrator: () => {
          throw new Error('no words')
        },
      },
    ],
    ['the locale is none', { locale: 'de_DE' }],
  ])('speaks English where %s', (_, given) => {
    const trouble: Trouble = { code: 'teapot', retryAfterSeconds: 20 }
    expect(explainTrouble(trouble, withEnglish(given), 'reset')).toBe(said(trouble))
  })
})
