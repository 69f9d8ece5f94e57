import type { Connection } from '../wire/handler-request.ts'
import { saysSameOrigin } from './cross-site.ts'
import type { ForwardedClaims } from './forwarded.ts'
import { forwardedClaims } from './forwarded.ts'
import { isLoopbackAddress, isLoopbackHost, isPrivateAddress } from './loopback.ts'

/**
 * Why a request is not taken for encrypted that may well have come over TLS to a proxy.
 *
 * - `not_trusted`: a proxy says https, and `trustProxy` is not set.
 * - `silent`: `trustProxy` is set, and the nearest proxy does not say how the request came.
 * - `says_http`: `trustProxy` is set, and a proxy says that a part of the way was not encrypted.
 * - `host_lost`: the proxy has put the name of this machine in place of the host of the address.
 */
export type ProxyTrouble = 'not_trusted' | 'silent' | 'says_http' | 'host_lost'

/** How a request came here, and the origin of the pages that belong to it. */
export interface Transport {
  readonly kind: 'tls' | 'loopback' | 'insecure'
  /** `https://console.example.com`; `undefined` when the request names no usable host. */
  readonly origin: string | undefined
  /** Present only where `kind` is `insecure`. */
  readonly trouble?: ProxyTrouble | undefined
}

/** What a site says of its proxies. */
export interface TransportOptions {
  readonly trustProxy: boolean
  /** Origins whose pages may send requests, wherever they are. */
  readonly origins: ReadonlySet<string>
}

/**
 * Judges the way of a request.
 *
 * A claim against a request always counts, and counts first. A request that came unencrypted for
 * part of the way is neither a TLS request nor a local one. A request that says that it was
 * forwarded from elsewhere is not local. The claim of the nearest proxy in favour of a request
 * counts only with `trustProxy`.
 */
export function transportOf(connection: Connection, options: TransportOptions): Transport {
  const { trustProxy } = options
  const claims = forwardedClaims((name) => connection.header(name))
  const unencrypted = claims.schemes.some((scheme) => scheme !== 'https')
  const saysTls = !unencrypted && claims.nearestScheme === 'https'
  const host = (trustProxy ? claims.hosts[0] : undefined) ?? connection.host
  const judged = (kind: Transport['kind'], trouble?: ProxyTrouble): Transport => ({
    kind,
    origin:
      host === undefined
        ? undefined
        : URL.parse(`${kind === 'tls' ? 'https' : 'http'}://${host}`)?.origin,
    trouble,
  })
  if (!unencrypted && (connection.encrypted || (trustProxy && saysTls))) return judged('tls')
  const local = !unencrypted && isLocal(connection, claims)
  const elsewhere = pageElsewhere(connection, options)
  if (local && !elsewhere) return judged('loopback')
  if (local) return judged('insecure', 'host_lost')
  if (!trustProxy)
    return judged('insecure', saysTls && isNear(connection) ? 'not_trusted' : undefined)
  return judged('insecure', unencrypted ? 'says_http' : 'silent')
}

function isLocal(
  { peerAddress, host }: Connection,
  { hosts, addresses }: ForwardedClaims,
): boolean {
  if (peerAddress === undefined || host === undefined) return false
  return (
    [host, ...hosts].every(isLoopbackHost) && [peerAddress, ...addresses].every(isLoopbackAddress)
  )
}

/**
 * Whether the browser vouches that the request belongs to a page of a host elsewhere, and nobody
 * named its origin. Such a request came through a proxy, even when all else says that it did not.
 */
function pageElsewhere({ header }: Connection, { origins }: TransportOptions): boolean {
  const origin = header('origin')
  if (origin === undefined || origins.has(origin)) return false
  const host = URL.parse(origin)?.host
  return saysSameOrigin({ header }) && !!host && !isLoopbackHost(host)
}

/** Whether the other end could be a proxy of one's own. An unknown other end could be one. */
function isNear({ peerAddress }: Connection): boolean {
  return (
    peerAddress === undefined || isLoopbackAddress(peerAddress) || isPrivateAddress(peerAddress)
  )
}
