import type { Connection } from '../wire/handler-request.ts'

/**
 * Whether a page of another site sent the request (OWASP: fetch metadata, then `Origin`).
 *
 * A browser sends `Origin` with every POST, and `Sec-Fetch-Site` with every request to a
 * trustworthy address. A page can forge neither. A request with neither comes from a program, which
 * holds no operator's cookies.
 *
 * @param own - The origin that the request came to; `undefined` where the request names no host.
 * @param trusted - Origins whose pages may send requests besides.
 */
export function isCrossSite(
  { header }: Pick<Connection, 'header'>,
  own: string | undefined,
  trusted: ReadonlySet<string>,
): boolean {
  const origin = header('origin')
  if (origin !== undefined && trusted.has(origin)) return false
  if (origin !== undefined && origin !== own) return true
  const site = header('sec-fetch-site')
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}
