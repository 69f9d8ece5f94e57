import { describe, expect, it } from 'vitest'
import { endpointOf } from '../connection/endpoint.ts'
import { TransportError, type TransportProblem } from '../connection/transport-error.ts'
import { dialObservations } from './dial-observations.ts'

function said(
  problem: TransportProblem,
  code: string,
  url = 'ldap://[::1]:3389',
): readonly string[] {
  const observations = dialObservations(
    new TransportError(problem, { code }),
    endpointOf(url),
    'ldap.example.com',
  )
  return observations.map(
    ({ check, level, message, cure }) => `${check} ${level}: ${message} ${cure ?? ''}`,
  )
}

describe('dialObservations', () => {
  it.each([
    ['ERR_TLS_CERT_ALTNAME_INVALID', /another name than ldap\.example\.com\./],
    ['CERT_HAS_EXPIRED', /has expired\. Renew the certificate/],
    ['CERT_NOT_YET_VALID', /not valid yet\. Set the clocks/],
    ['CERT_REVOKED', /revoked\. Give the server a new certificate/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /does not trust\. Put the PEM/],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /does not trust\. Put the PEM/],
  ])('says what %s means, and that the server was reached', (code, words) => {
    const [connection, certificate] = said('certificate', code)
    expect(connection).toMatch(/^connection ok/)
    expect(certificate).toMatch(/^certificate problem/)
    expect(certificate).toMatch(words)
  })

  it('shows a command that asks the server for its certificate the same way', () => {
    expect(said('certificate', 'CERT_HAS_EXPIRED')[1]).toContain(
      'openssl s_client -connect [::1]:3389 -starttls ldap </dev/null',
    )
    expect(said('certificate', 'CERT_HAS_EXPIRED', 'ldaps://dc1.example.com')[1]).toContain(
      '-connect dc1.example.com:636 </dev/null',
    )
  })

  it.each([
    ['ENOTFOUND', /cannot be resolved/],
    ['EAI_AGAIN', /cannot be resolved/],
    ['ECONNREFUSED', /Nothing listens at ::1, port 3389\./],
    ['ETIMEDOUT', /Nothing answers/],
    ['ECONNRESET', /ended before it was encrypted/],
    ['', /ended before it was encrypted/],
  ])('says what %s means', (code, words) => {
    expect(said('unreachable', code)).toEqual([expect.stringMatching(words)])
  })
})
