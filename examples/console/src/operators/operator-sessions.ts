import type { Operator } from '@force-reset/core'
import { sessionCookie } from '../web/cookie.ts'
import { type SessionExpiry, type SessionStore, sessionStore } from '../web/session-store.ts'

/** Who is signed in to the console. */
export interface ConsoleOperator extends Operator {
  readonly username: string
}

/** Operators' sessions and the cookie that stands for them. */
export interface OperatorSessions {
  /** The operator whose cookie this is. */
  operatorOf(cookieHeader: string | undefined): ConsoleOperator | undefined
  /** Why the browser is not signed in any more; `undefined` where it never was, or signed out. */
  endOf(cookieHeader: string | undefined): SessionEnd | undefined
  /**
   * Starts a session under a new token, ends the session that the browser had, and returns the
   * `Set-Cookie` header.
   */
  start(operator: ConsoleOperator, cookieHeader: string | undefined): string
  /** Ends the session everywhere and at once, and returns the `Set-Cookie` header. */
  end(cookieHeader: string | undefined): string
}

/** How a session ended that nobody signed out of. `lost`: this process knows no such session. */
type SessionEnd = SessionExpiry | 'lost'

const minuteMs = 60_000

/**
 * Fifteen minutes without use, eight hours in all (OWASP ASVS 5, 7.3.1 and 7.3.2): people leave a
 * console open on their desks.
 */
const lifetime = { idleMs: 15 * minuteMs, absoluteMs: 8 * 60 * minuteMs }

export function operatorSessions(options: {
  readonly secure: boolean
  readonly now: () => number
}): OperatorSessions {
  const sessions: SessionStore<ConsoleOperator> = sessionStore({ ...lifetime, now: options.now })
  const cookie = sessionCookie('operator_session', options)
  return {
    operatorOf: (header) => sessions.read(cookie.read(header)),
    endOf(header) {
      const token = cookie.read(header)
      return token ? (sessions.expiryOf(token) ?? 'lost') : undefined
    },
    start(operator, header) {
      sessions.end(cookie.read(header))
      return cookie.issue(sessions.open(operator))
    },
    end(header) {
      sessions.end(cookie.read(header))
      return cookie.clear()
    },
  }
}
