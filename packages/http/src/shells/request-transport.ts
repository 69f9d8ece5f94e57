import type { IncomingMessage } from 'node:http'
import type { RequestTrace } from '../guards/request-trace.ts'
import { traceOf } from '../guards/request-trace.ts'
import type { ProxyTrouble, Transport } from '../guards/transport.ts'
import { transportOf } from '../guards/transport.ts'
import { nodeConnection } from './node-request.ts'

/** Options of {@link requestTransport} and {@link proxyTrouble}, as for `nodeHandler`. */
export interface RequestTransportOptions {
  /** Default `false`. */
  readonly trustProxy?: boolean | undefined
  /** Default: none. */
  readonly origins?: readonly string[] | undefined
}

/**
 * How a request came: over TLS, on this machine itself, or so that others could have read it.
 *
 * `nodeHandler` refuses an `insecure` request. The pages around the handler should refuse it too, a
 * sign-in first of all.
 *
 * @param options - Those of `nodeHandler`: without `trustProxy` no proxy is believed.
 * @example
 * createServer((request, response) => {
 *   const transport = requestTransport(request, { trustProxy: true })
 *   if (transport === 'insecure') response.writeHead(403).end()
 *   else servePage(request, response)
 * })
 */
export function requestTransport(
  request: IncomingMessage,
  options: RequestTransportOptions = {},
): 'tls' | 'loopback' | 'insecure' {
  return judge(request, options).kind
}

/**
 * Why a request is `insecure` that may well have come over TLS to a proxy; `undefined` for every
 * other request. Say so in a log: an operator on https cannot know what is wrong.
 *
 * @param options - Those of `nodeHandler`.
 * @example
 * const trouble = proxyTrouble(request, { trustProxy: true })
 * if (trouble !== undefined) log.warn(`The proxy in front is not set up: ${trouble}.`)
 */
export function proxyTrouble(
  request: IncomingMessage,
  options: RequestTransportOptions = {},
): ProxyTrouble | undefined {
  return judge(request, options).trouble
}

/**
 * Where a request came from, for the audit trail: for pages around the handler that call
 * `listUsers` or `viewUser`. The handler does so by itself.
 *
 * @example
 * const { source, correlationId } = requestSource(request, { trustProxy: true })
 * const view = await viewUser(config, { operator, userId: '42', source, correlationId })
 */
export function requestSource(
  request: IncomingMessage,
  { trustProxy }: Pick<RequestTransportOptions, 'trustProxy'> = {},
): RequestTrace {
  return traceOf(nodeConnection(request), trustProxy === true)
}

function judge(
  request: IncomingMessage,
  { trustProxy, origins }: RequestTransportOptions,
): Transport {
  return transportOf(nodeConnection(request), {
    trustProxy: trustProxy === true,
    origins: new Set(origins),
  })
}
