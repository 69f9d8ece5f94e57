import type { Endpoint } from '../connection/endpoint.ts'
import type { TransportError } from '../connection/transport-error.ts'
import { observed } from '../dialect/finding.ts'
import type { Observation } from '../dialect/observation.ts'
import { explainTransport } from '../explain/explain-transport.ts'

/**
 * The findings for a server to which no encrypted and verified connection was made.
 *
 * @example
 * return dialObservations(error, endpoint, tls.servername ?? endpoint.host)
 */
export function dialObservations(
  error: TransportError,
  endpoint: Endpoint,
  name: string,
): readonly Observation[] {
  const code = error.safeCause?.code ?? ''
  if (error.problem === 'certificate')
    return [
      { check: 'connection', level: 'ok', message: 'The server answers.' },
      { check: 'certificate', level: 'problem', ...certificateWords(code, endpoint, name) },
    ]
  if (error.problem === 'unreachable')
    return [{ check: 'connection', level: 'problem', ...unreachable(error, endpoint) }]
  return [observed('connection', 'problem', explainTransport(error))]
}

type Words = Pick<Observation, 'message' | 'cure'>

/** Codes of Node and of OpenSSL (`man 3 X509_STORE_CTX_get_error`). */
function certificateWords(code: string, endpoint: Endpoint, name: string): Words {
  const show = showCertificate(endpoint)
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return {
        message: `The certificate is for another name than ${name}.`,
        cure:
          'Put a name that the certificate holds into url, or into tls.servername; ' +
          `or have it issued for ${name}. This shows its names: ${show}`,
      }
    case 'CERT_HAS_EXPIRED':
      return {
        message: 'The certificate, or one that vouches for it, has expired.',
        cure:
          'Renew the certificate, or set the clock of this computer if the clock is wrong. ' +
          `This shows when the certificate ended: ${show}`,
      }
    case 'CERT_NOT_YET_VALID':
      return {
        message: 'The certificate is not valid yet.',
        cure:
          'Set the clocks of this computer and of the computer that issued the certificate. ' +
          `This shows its dates: ${show}`,
      }
    case 'CERT_REVOKED':
      return {
        message: 'The certificate has been revoked.',
        cure: 'Give the server a new certificate.',
      }
    default:
      return {
        message: 'The certificate comes from an authority that this application does not trust.',
        cure:
          'Put the PEM of the authority that issued the certificate into tls.ca, with every ' +
          `authority above it that the server does not send. This shows the issuer: ${show}`,
      }
  }
}

/** A command that shows the certificate of a server. */
function showCertificate({ host, port, startTls }: Endpoint): string {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const ask = `openssl s_client -connect ${address}${startTls ? ' -starttls ldap' : ''} </dev/null`
  return `${ask} | openssl x509 -noout -ext subjectAltName -enddate -issuer`
}

/** Codes of the operating system's calls, of name resolution, and of OpenSSL's handshake. */
function unreachable({ safeCause }: TransportError, { host, port, startTls }: Endpoint): Words {
  const { code = '', name } = safeCause ?? {}
  if (name === 'TimeoutError' || code === 'ETIMEDOUT')
    return {
      message: `Nothing answers at ${host}, port ${port}, within connectTimeoutMs.`,
      cure: 'Check url, routes and firewalls.',
    }
  if (/^(ENOTFOUND|EAI_)/.test(code))
    return {
      message: `The name ${host} cannot be resolved.`,
      cure: 'Correct url, or the name servers of this computer.',
    }
  if (code === 'ECONNREFUSED')
    return {
      message: `Nothing listens at ${host}, port ${port}.`,
      cure: 'Start the directory, or correct the port in url.',
    }
  if (/^(ERR_SSL_|EPROTO)/.test(code) && !startTls)
    return {
      message: `The server at ${host}, port ${port}, does not speak the same TLS.`,
      cure:
        'ldaps:// is mostly for port 636; for port 389 use ldap://, which starts TLS. ' +
        'Otherwise let the server speak at least TLS 1.2.',
    }
  return {
    message: `The connection to ${host}, port ${port}, ended before it was encrypted.`,
    cure:
      'Check that a directory with a certificate listens there. ' +
      "The server's log says why the server ended the connection.",
  }
}
