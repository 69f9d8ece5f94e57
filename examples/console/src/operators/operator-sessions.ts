import type { Operator } from '@force-reset/core'
import { sessionCookie } from '../web/cookie.ts'
import { type SessionStore, sessionStore } from '../web/session-store.ts'

/** Who is signed in to the console. */
export interface ConsoleOperator extends Operator {
  readonly username: string
}

/** Operators' sessions and the cookie that stands for them. */
export interface OperatorSessions {
  /** The operator whose cookie this is. */
  operatorOf(cookieHeader: string | undefined): ConsoleOperator | undefined
  /**
   * Starts a session under a new token, ends the session that the browser had, and returns the
   * `Set-Cookie` header.
   */
  start(operator: ConsoleOperator, cookieHeader: string | undefined): string
  /** Ends the session everywhere and at once, and returns the `Set-Cookie` header. */
  end(cookieHeader: string | undefined): string
}

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
