import { anyCase } from '../names/any-case.ts'
import { sessionCookie } from './cookie.ts'
import { sessionStore } from './session-store.ts'

/**
 * The browsers in which somebody has signed in before. Their attempts are counted apart, so that a
 * stranger who guesses cannot lock the right person out.
 */
export interface KnownBrowsers {
  /** A key for the browser, where its last sign-in was with this name. */
  keyOf(cookieHeader: string | undefined, username: string): string | undefined
  /** Remembers the browser after a right sign-in, and returns the `Set-Cookie` header. */
  remember(cookieHeader: string | undefined, username: string): string
}

const daySeconds = 24 * 60 * 60
const lifetimeSeconds = 180 * daySeconds

/**
 * Known browsers in the memory of this process, for 180 days after their last sign-in.
 *
 * The cookie opens nothing: it only says whose count an attempt belongs to.
 *
 * @param name - Of the cookie.
 */
export function knownBrowsers(
  name: string,
  options: { readonly secure: boolean; readonly now: () => number },
): KnownBrowsers {
  const lifetimeMs = lifetimeSeconds * 1_000
  const browsers = sessionStore<string>({
    idleMs: lifetimeMs,
    absoluteMs: lifetimeMs,
    now: options.now,
  })
  const cookie = sessionCookie(name, { ...options, maxAgeSeconds: lifetimeSeconds })
  return {
    keyOf(header, username) {
      const token = cookie.read(header)
      return browsers.read(token) === anyCase(username) ? token : undefined
    },
    remember(header, username) {
      browsers.end(cookie.read(header))
      return cookie.issue(browsers.open(anyCase(username)))
    },
  }
}
