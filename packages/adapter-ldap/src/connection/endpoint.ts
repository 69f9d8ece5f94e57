import { ForceResetError } from '@force-reset/core'

const ldapsPort = 636
const ldapPort = 389

/** A directory server's address. */
export interface Endpoint {
  /** For receipts and messages: scheme, host and port, nothing else. */
  readonly name: string
  readonly host: string
  readonly port: number
  /** `ldap://` means: StartTLS (RFC 4511, section 4.14) before anything else is sent. */
  readonly startTls: boolean
}

/**
 * Reads `ldaps://host[:port]` or `ldap://host[:port]`.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for anything else, credentials and paths included.
 * @example
 * const { host, port, startTls } = endpointOf('ldaps://ldap.example.com')
 */
export function endpointOf(url: string): Endpoint {
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  const startTls = parsed?.protocol === 'ldap:'
  if (parsed === undefined || (!startTls && parsed.protocol !== 'ldaps:'))
    fail('has to begin with ldaps:// or ldap://')
  if (parsed.username !== '' || parsed.password !== '')
    fail('holds credentials; they belong into bind')
  if (!['', '/'].includes(parsed.pathname) || parsed.search !== '' || parsed.hash !== '')
    fail('holds more than a host and a port')
  const host = parsed.hostname.replace(/^\[(.*)\]$/, '$1')
  if (host === '') fail('has no host')
  const port = parsed.port === '' ? (startTls ? ldapPort : ldapsPort) : Number(parsed.port)
  return { name: `${parsed.protocol}//${parsed.hostname}:${port}`, host, port, startTls }
}

function fail(problem: string): never {
  throw new ForceResetError('ERR_INVALID_CONFIG', `url ${problem}`)
}
