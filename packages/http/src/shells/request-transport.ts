import type { IncomingMessage } from 'node:http'
import { transportOf } from '../guards/transport.ts'
import { nodeConnection } from './node-request.ts'

/**
 * How a request came: over TLS, on this machine itself, or so that others could have read it.
 *
 * `nodeHandler` refuses an `insecure` request. The pages around the handler should refuse it too, a
 * sign-in first of all.
 *
 * @param options - `trustProxy` as for `nodeHandler`. Default `false`.
 * @example
 * createServer((request, response) => {
 *   if (requestTransport(request) === 'insecure') response.writeHead(403).end()
 *   else servePage(request, response)
 * })
 */
export function requestTransport(
  request: IncomingMessage,
  options: { readonly trustProxy?: boolean | undefined } = {},
): 'tls' | 'loopback' | 'insecure' {
  return transportOf(nodeConnection(request), { trustProxy: options.trustProxy === true }).kind
}
