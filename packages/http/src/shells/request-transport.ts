import type { IncomingMessage } from 'node:http'
import { transportOf } from '../guards/transport.ts'
import { nodeConnection } from './node-connection.ts'

/**
 * How a request came: over TLS, on this machine itself, or so that others could have read it.
 *
 * `nodeHandler` refuses the last; the pages around it, a sign-in first of all, should do the same.
 *
 * @param options - `trustProxy` as for `nodeHandler`. Default `false`.
 * @example
 * if (requestTransport(request) === 'insecure') response.writeHead(403).end()
 */
export function requestTransport(
  request: IncomingMessage,
  options: { readonly trustProxy?: boolean | undefined } = {},
): 'tls' | 'loopback' | 'insecure' {
  return transportOf(nodeConnection(request), { trustProxy: options.trustProxy === true }).kind
}
