import type { Endpoint } from '../connection/endpoint.ts'
import type { TransportError } from '../connection/transport-error.ts'
import { observed } from '../dialect/finding.ts'
import type { Observation } from '../dialect/observation.ts'
import { explainTransport } from '../explain/explain-transport.ts'

/** Why no encrypted and verified connection came about. */
export function dialObservations(
  error: TransportError,
  endpoint: Endpoint,
  name: string,
): readonly Observation[] {
  const code = error.safeCause?.code ?? ''
  if (error.problem === 'certificate')
    return [
      { check: 'connection', level: 'ok', message: 'The server answers.' },
      certificateProblem(code, endpoint, name),
    ]
  if (error.problem === 'unreachable')
    return [{ check: 'connection', level: 'problem', ...unreachable(error, endpoint) }]
  return [observed('connection', 'problem', explainTransport(error))]
}

type Words = Pick<Observation, 'message' | 'cure'>

/** Codes of Node and of OpenSSL (`man 3 X509_STORE_CTX_get_error`). */
function certificateProblem(code: string, endpoint: Endpoint, name: string): Observation {
  return { check: 'certificate', level: 'problem', ...certificateWords(code, endpoint, name) }
}

function certificateWords(code: string, endpoint: Endpoint, name: string): Words {
  const { host, port, startTls } = endpoint
  const shown = `openssl s_client -connect ${host.includes(':') ? `[${host}]` : host}:${port}${startTls ? ' -starttls ldap' : ''} </dev/null | openssl x509 -noout -ext subjectAltName -enddate -issuer`
  switch (code) {
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
    case 'HOSTNAME_MISMATCH':
      return {
        message: `The certificate is for another name than ${name}.`,
        cure: `Put a name that the certificate holds into url, or into tls.servername; or have it issued for ${name}. This shows its names: ${shown}`,
      }
    case 'CERT_HAS_EXPIRED':
      return {
        message: 'The certificate, or one that vouches for it, has expired.',
        cure: `Renew it, or set the clock of this computer if that is wrong. This shows when it ended: ${shown}`,
      }
    case 'CERT_NOT_YET_VALID':
      return {
        message: 'The certificate is not valid yet.',
        cure: `Set the clocks of this computer and of the one that issued it. This shows its dates: ${shown}`,
      }
    case 'CERT_REVOKED':
      return { message: 'The certificate has been revoked.', cure: 'Give the server a new one.' }
    default:
      return {
        message: 'The certificate comes from an authority that this application does not trust.',
        cure: `Put the PEM of the authority that issued it, and of every one above it that the server does not send, into tls.ca. This shows the issuer: ${shown}`,
      }
  }
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
      message: `What listens at ${host}, port ${port}, does not speak the same TLS.`,
      cure: 'ldaps:// is mostly for port 636; for port 389 use ldap://, which starts TLS. Otherwise let the server speak TLS 1.2 at least.',
    }
  return {
    message: `The connection to ${host}, port ${port}, ended before it was encrypted.`,
    cure: "Check that a directory with a certificate listens there: the server's log says why it hung up.",
  }
}
