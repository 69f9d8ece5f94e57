import type { Exchange } from '../wire/exchange.ts'

/**
 * Whether a page of another site sent the request (OWASP: fetch metadata, then `Origin`).
 *
 * A browser sends `Origin` with every POST, and `Sec-Fetch-Site` with every request to a
 * trustworthy address; a page can forge neither. A request with neither comes from a program, which
 * holds no operator's cookies.
 */
export function isCrossSite<O>(
  exchange: Exchange<O>,
  own: string | undefined,
  trusted: ReadonlySet<string>,
): boolean {
  const origin = exchange.header('origin')
  if (origin !== undefined && trusted.has(origin)) return false
  if (origin !== undefined && origin !== own) return true
  const site = exchange.header('sec-fetch-site')
  return site !== undefined && site !== 'same-origin' && site !== 'none'
}
