import type { Account, Accounts } from '../accounts/accounts.ts'
import { sessionCookie } from '../web/cookie.ts'
import { sessionStore } from '../web/session-store.ts'
import { accountOfSession, gateOf, sessionOf, type UserSession } from './sign-in.ts'

/**
 * Users' sessions. A session belongs to a password, and is over when the password is replaced.
 */
export interface UserSessions {
  /** The account whose cookie this is, read afresh. */
  accountOf(cookieHeader: string | undefined): Promise<Account | undefined>
  /**
   * Whoever may vouch for others, for an API that allows nothing else: somebody who is signed in
   * with a password of their own.
   */
  voucherOf(
    cookieHeader: string | undefined,
  ): Promise<{ readonly id: string; readonly username: string } | undefined>
  start(account: Account, cookieHeader: string | undefined): string
  end(cookieHeader: string | undefined): string
  /** Ends all sessions of one account, and returns how many there were. */
  endAllOf(userId: string): number
}

const minuteMs = 60_000

export function userSessions(options: {
  readonly accounts: Accounts
  readonly secure: boolean
  readonly now: () => number
}): UserSessions {
  const sessions = sessionStore<UserSession>({
    idleMs: 30 * minuteMs,
    absoluteMs: 12 * 60 * minuteMs,
    now: options.now,
  })
  const cookie = sessionCookie('user_session', options)
  const accountOf: UserSessions['accountOf'] = (header) =>
    accountOfSession(options.accounts, sessions.read(cookie.read(header)))
  return {
    accountOf,
    async voucherOf(header) {
      const account = await accountOf(header)
      if (!account || gateOf(options, account) !== 'open') return undefined
      return { id: account.id, username: account.username }
    },
    start(account, header) {
      sessions.end(cookie.read(header))
      return cookie.issue(sessions.open(sessionOf(account)))
    },
    end(header) {
      sessions.end(cookie.read(header))
      return cookie.clear()
    },
    endAllOf: (userId) => sessions.endWhere((session) => session.userId === userId),
  }
}
