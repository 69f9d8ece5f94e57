/**
 * Whether a request that changes something was started by another site.
 *
 * Every current browser sends `Sec-Fetch-Site` or `Origin` with a form post; a request with neither
 * comes from a program, which has no cookies to abuse. This is the second line of defence: the
 * first is the cookie's `SameSite=Strict`.
 */
export function isCrossSite(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = request.headers.get('origin')
  if (origin === null) return false
  const host = request.headers.get('host')
  return origin !== `http://${host}` && origin !== `https://${host}`
}
