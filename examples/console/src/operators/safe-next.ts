const home = '/console/users'

/**
 * A page of the console to go to after signing in. Anything else, another site first of all,
 * becomes the list of users.
 */
export function safeNext(next: string | undefined): string {
  if (!next?.startsWith('/console/') || !URL.canParse(next, 'http://console.invalid')) return home
  const url = new URL(next, 'http://console.invalid')
  const inside =
    url.host === 'console.invalid' && /^\/console\/(?:users|audit)(?:\/|$)/.test(url.pathname)
  return inside ? url.pathname + url.search : home
}
