import type { TransportError } from '../connection/transport-error.ts'
import type { Problem } from './problem.ts'

/** What a failure below LDAP means. */
export function explainTransport({ problem }: TransportError): Problem {
  switch (problem) {
    case 'certificate':
      return {
        code: 'store_unavailable',
        key: 'certificate',
        message:
          'The certificate of the directory is not trusted, not valid now, or for another name. Correct tls.ca, the host in url, or the certificate.',
      }
    case 'no_start_tls':
      return {
        code: 'store_unavailable',
        key: 'no_start_tls',
        message:
          'The directory does not start TLS on this port. Use ldaps://, or set up StartTLS; passwords are never sent in clear.',
      }
    case 'unreachable':
      return {
        code: 'store_unavailable',
        key: 'unreachable',
        message:
          'No server of the directory could be reached. Nothing was changed. Check url, name resolution and firewalls.',
      }
    case 'queue_full':
      return {
        code: 'busy',
        key: 'queue_full',
        message:
          'Too much work for the directory is queued. Nothing was changed. Try again in a moment.',
      }
    case 'timeout':
      return {
        code: 'store_unavailable',
        key: 'timeout',
        message: 'The directory did not answer in time.',
      }
    case 'protocol':
      return {
        code: 'store_unavailable',
        key: 'protocol',
        message: 'What answered does not speak LDAP. Check url and its port.',
      }
    case 'not_sent':
    case 'closed':
      return {
        code: 'store_unavailable',
        key: 'connection_lost',
        message: 'The connection to the directory was lost.',
      }
    default:
      return problem satisfies never
  }
}
