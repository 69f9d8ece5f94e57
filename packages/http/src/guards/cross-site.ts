import type { Connection } from '../wire/handler-request.ts'

/**
 * Whether a page of another site sent the request (OWASP: fetch metadata, then `Origin`).
 *
 * A browser sends `Origin` with every POST, and `Sec-Fetch-Site` with every request to a
 * trustworthy address. A page can forge neither. A request with neither comes from a program, which
 * holds no operator's cookies.
 *
 * Many proxies pass a host on without its port, or do not say that the browser used https. So
 * another port or scheme of the own host is no other site where the browser says `same-origin`.
 *
 * @param own - The origin that the request came to; `undefined` where the request names no host.
 * @param trusted - Origins whose pages may send requests besides.
 */
export function isCrossSite(
  connection: Pick<Connection, 'header'>,
  own: string | undefined,
  trusted: ReadonlySet<string>,
): boolean {
  const origin = connection.header('origin')
  if (origin !== undefined && trusted.has(origin)) return false
  const site = connection.header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return true
  if (origin === undefined || origin === own) return false
  return !saysSameOrigin(connection) || !isSameHost(origin, own)
}

/** Whether the browser says that the page and the request are of one origin. */
export function saysSameOrigin({ header }: Pick<Connection, 'header'>): boolean {
  return header('sec-fetch-site') === 'same-origin'
}

function isSameHost(origin: string, own = ''): boolean {
  const name = URL.parse(origin)?.hostname
  return !!name && name === URL.parse(own)?.hostname
}
