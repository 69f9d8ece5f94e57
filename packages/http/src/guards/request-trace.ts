import type { ClaimedField, RequestSource } from '@force-reset/core'
import type { Connection } from '../wire/handler-request.ts'
import { nearestAddress } from './forwarded.ts'

/** Where a request came from, and what joins its audit events with other logs. */
export interface RequestTrace {
  readonly source: RequestSource
  readonly correlationId: string | undefined
}

/** Longest `User-Agent` that goes into the audit trail, in characters. */
const longestUserAgent = 256
/** Longest id of a request, in characters. */
const longestRequestId = 128
/** An id in `X-Request-Id`: printable ASCII without the space. Any other text is no id. */
const idText = /^[!-~]{1,128}$/
/**
 * `traceparent` (W3C Trace Context, section 3.2): version, id of the trace, id of the parent,
 * flags. Only a later version may hold more. No id consists of zeros.
 */
const traceparentText =
  /^(?!ff)(?!00.{54})[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-|$)/

/**
 * Where a request came from. The address is that of the connection; with `trustProxy` that which
 * the nearest proxy claims. `source.claims` names the fields that the client may have made up.
 *
 * @param own - The id that the application gave the request, which is no claim.
 */
export function traceOf(connection: Connection, trustProxy: boolean, own?: string): RequestTrace {
  const header = (name: string): string | undefined => connection.header(name)
  const id = idText.exec(header('x-request-id') ?? '')?.[0]
  const traceId = traceparentText.exec(header('traceparent') ?? '')?.[1]
  const forwarded = trustProxy ? nearestAddress(header) : ''
  const userAgent = header('user-agent')?.slice(0, longestUserAgent)
  const requestId = own?.slice(0, longestRequestId) ?? id ?? traceId
  const claims: readonly ClaimedField[] = [
    ...(userAgent === undefined ? [] : (['userAgent'] as const)),
    ...(own !== undefined || requestId === undefined
      ? []
      : (['requestId', 'correlationId'] as const)),
  ]
  return {
    source: { address: forwarded || connection.peerAddress, userAgent, requestId, claims },
    correlationId: own === undefined ? (traceId ?? id) : requestId,
  }
}
