import type { TransportError } from '../connection/transport-error.ts'
import type { Explanation } from './explanation.ts'

/**
 * Explains a failure below LDAP.
 *
 * @example
 * if (error instanceof TransportError) return explainTransport(error)
 */
export function explainTransport({ problem }: TransportError): Explanation {
  switch (problem) {
    case 'certificate':
      return {
        code: 'store_unavailable',
        key: 'certificate',
        what:
          'The certificate of the directory is not trusted, not valid now, ' +
          'or for another name.',
        cure: 'Correct tls.ca, the host in url, or the certificate.',
      }
    case 'no_start_tls':
      return {
        code: 'store_unavailable',
        key: 'no_start_tls',
        what: 'The directory does not start TLS on this port.',
        cure: 'Use ldaps://, or set up StartTLS. Passwords are never sent in clear.',
      }
    case 'unreachable':
      return {
        code: 'store_unavailable',
        key: 'unreachable',
        what: 'No server of the directory could be reached.',
        cure: 'Check url, name resolution and firewalls.',
      }
    case 'queue_full':
      return {
        code: 'busy',
        key: 'queue_full',
        what: 'Too much work for the directory is queued.',
        cure: 'Try again in a moment.',
      }
    case 'timeout':
      return {
        code: 'store_unavailable',
        key: 'timeout',
        what: 'The directory did not answer in time.',
        cure: 'Try again. If it goes on, look at the load of the directory.',
      }
    case 'protocol':
      return {
        code: 'store_unavailable',
        key: 'protocol',
        what: 'The server does not speak LDAP.',
        cure: 'Check url and its port.',
      }
    case 'oversized':
      return {
        code: 'store_unavailable',
        key: 'response_too_large',
        what: 'The directory sent a larger response than this library takes.',
        cure: 'Ask for fewer attributes. If that is not the cause, find out who answers at url.',
      }
    case 'not_sent':
    case 'closed':
      return {
        code: 'store_unavailable',
        key: 'connection_lost',
        what: 'The connection to the directory was lost.',
        cure: 'Try again. If it goes on, look at the log of the directory.',
      }
    default:
      return problem satisfies never
  }
}
