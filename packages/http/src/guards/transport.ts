import type { Connection } from '../wire/handler-request.ts'
import type { ForwardedClaims } from './forwarded.ts'
import { forwardedClaims } from './forwarded.ts'
import { isLoopbackAddress, isLoopbackHost } from './loopback.ts'

/** How a request came here, and the origin of the pages that belong to it. */
export interface Transport {
  readonly kind: 'tls' | 'loopback' | 'insecure'
  /** `https://console.example.com`; `undefined` when the request names no usable host. */
  readonly origin: string | undefined
}

/**
 * Judges the way of a request.
 *
 * A proxy's claim in favour of a request counts only with `trustProxy`. A claim against the request
 * always counts. A request that says that it was forwarded from elsewhere is not a loopback
 * request. A request that came unencrypted for part of the way is not a TLS request.
 */
export function transportOf(
  connection: Connection,
  options: { readonly trustProxy: boolean },
): Transport {
  const claims = forwardedClaims((name) => connection.header(name))
  const kind = isEncrypted(connection, claims, options)
    ? 'tls'
    : isLocal(connection, claims)
      ? 'loopback'
      : 'insecure'
  const host = (options.trustProxy ? claims.hosts[0] : undefined) ?? connection.host
  return {
    kind,
    origin:
      host === undefined
        ? undefined
        : URL.parse(`${kind === 'tls' ? 'https' : 'http'}://${host}`)?.origin,
  }
}

function isEncrypted(
  { encrypted }: Connection,
  { schemes }: ForwardedClaims,
  options: { readonly trustProxy: boolean },
): boolean {
  if (schemes.some((scheme) => scheme !== 'https')) return false
  return encrypted || (options.trustProxy && schemes.length > 0)
}

function isLocal(
  { fromLoopback, host }: Connection,
  { hosts, addresses }: ForwardedClaims,
): boolean {
  if (fromLoopback === false || host === undefined) return false
  return [host, ...hosts].every(isLoopbackHost) && addresses.every(isLoopbackAddress)
}
