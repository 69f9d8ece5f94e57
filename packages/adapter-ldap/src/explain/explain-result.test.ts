import { explainFailure } from '@force-reset/core'
import { PasswordPolicyError } from 'ldapts'
import { describe, expect, it } from 'vitest'
import { activeDirectory } from '../active-directory/dialect.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { TransportError, type TransportProblem } from '../connection/transport-error.ts'
import { ds389 } from '../ds389/dialect.ts'
import { noPrivilegedUsers } from '../index.ts'
import { openLdap } from '../openldap/dialect.ts'
import type { WriteAnswer } from '../plan/request.ts'
import { explainResult } from './explain-result.ts'
import { explainTransport } from './explain-transport.ts'
import { type Doing, detailOf, type Explanation } from './explanation.ts'

const explainers = [
  activeDirectory().explain,
  openLdap({ privilegedGroups: noPrivilegedUsers }).explain,
  ds389({ privilegedGroups: noPrivilegedUsers }).explain,
]
const container = 'ou=people,dc=example,dc=com'
const doings: readonly Doing[] = [
  { doing: 'bind' },
  { doing: 'read', base: container },
  { doing: 'write', container },
]
const policyErrors = [undefined, ...Object.values(PasswordPolicyError).map(Number)]
const diagnostics = [
  '',
  '0000052D: refused',
  '80090308: data 533, v4563',
  'data 775, v',
  'data 530',
]
const transportProblems = [
  'unreachable',
  'certificate',
  'no_start_tls',
  'not_sent',
  'queue_full',
  'closed',
  'timeout',
  'protocol',
] as const satisfies readonly TransportProblem[]

const said = (result: Partial<WriteAnswer>, doing: Doing, explain = explainers[0]): Explanation =>
  explainResult({ code: resultCodes.success, diagnostic: '', ...result }, doing, explain)

const all: readonly Explanation[] = [
  ...transportProblems.map((problem) => explainTransport(new TransportError(problem))),
  ...explainers.flatMap((explain) =>
    doings.flatMap((doing) =>
      Object.values(resultCodes).flatMap((code) =>
        policyErrors.flatMap((policyError) =>
          diagnostics.map((diagnostic) => said({ code, policyError, diagnostic }, doing, explain)),
        ),
      ),
    ),
  ),
]
const different = [...new Map(all.map((one) => [JSON.stringify(one), one])).values()]

describe('An explanation of the directory', () => {
  it.each(different)('is complete sentences of at most 25 words: $key, $what', ({ what, cure }) => {
    for (const text of [what, cure].filter((half) => half !== undefined)) {
      expect(text).toMatch(/^[A-Z].*\.$/s)
      for (const sentence of text.split(/(?<=[.!?])\s+(?=[A-Z])/))
        expect(sentence.split(/\s+/).length).toBeLessThanOrEqual(25)
    }
  })

  it('names the container in the text and as a parameter', () => {
    const code = resultCodes.insufficientAccessRights
    for (const explain of [undefined, ...explainers]) {
      const explanation = explainResult(
        { code, diagnostic: '' },
        { doing: 'write', container },
        explain,
      )
      expect(explanation).toMatchObject({
        key: 'service_account_may_not_reset',
        parameters: { container },
      })
      expect(explanation.what).toContain(container)
    }
  })

  it.each([
    [
      'what is so, that nothing was changed, and what to do',
      explainTransport(new TransportError('unreachable')),
      'No server of the directory could be reached. Nothing was changed. ' +
        'Check url, name resolution and firewalls.',
    ],
    [
      'the same without a cure',
      said({ code: resultCodes.constraintViolation }, { doing: 'write', container }),
      'The rules of the directory refused the temporary password. Nothing was changed.',
    ],
    [
      'the cause and the cure of a refused sign-in',
      said({ code: resultCodes.invalidCredentials, diagnostic: 'data 775, v' }, { doing: 'bind' }),
      'The service account is locked. Nothing was changed. ' +
        'Unlock the service account, and find out who tries wrong passwords for it.',
    ],
  ])('reads as one text with the words of core: %s', (_, explanation, text) => {
    expect(explainFailure(explanation.code, detailOf(explanation))).toBe(text)
  })

  it('leaves the cure of an unknown outcome to core', () => {
    const explanation = explainTransport(new TransportError('closed'))
    expect(explainFailure('outcome_unknown', detailOf(explanation))).toBe(
      'The connection to the directory was lost. The reset may have happened. ' +
        'Load the account again; if in doubt, reset again.',
    )
  })
})
