import { createHash } from 'node:crypto'
import { resettableStatuses, signInGate } from '@force-reset/core'
import type { Account, Accounts } from '../accounts/accounts.ts'
import type { PasswordCheck } from '../accounts/password-check.ts'

/** What a user's session holds. */
export interface UserSession {
  readonly userId: string
  /**
   * Digest of the password hash at sign-in. When the password changes, the sessions from before are
   * over by themselves.
   */
  readonly generation: string
}

/** The outcome of a sign-in. */
export type SignInOutcome =
  | { readonly outcome: 'signed_in'; readonly account: Account }
  /** The name, the password or the status of the account was wrong. Nobody is told which. */
  | { readonly outcome: 'refused' }
  /** The password was right, but it was a temporary password whose time is over. */
  | { readonly outcome: 'expired' }

/** Checks a user's password, and then whether the password has expired. */
export async function signIn(
  parts: {
    readonly accounts: Accounts
    readonly passwords: PasswordCheck
    readonly now: () => number
  },
  attempt: { readonly username: string; readonly password: string },
): Promise<SignInOutcome> {
  const account = await parts.accounts.byUsername(attempt.username)
  const right = await parts.passwords.matches(account?.passwordHash, attempt.password)
  if (!account || !right || !resettableStatuses.includes(account.status))
    return { outcome: 'refused' }
  return gateOf(parts, account) === 'expired'
    ? { outcome: 'expired' }
    : { outcome: 'signed_in', account }
}

/**
 * The gate for a user whose password was right. Every request asks, because a temporary password
 * can expire while its user thinks of a new password.
 */
export function gateOf(
  parts: { readonly now: () => number },
  account: Account,
): ReturnType<typeof signInGate> {
  return signInGate(account.state, new Date(parts.now()))
}

/** The session of somebody who has just signed in. */
export function sessionOf(account: Account): UserSession {
  return { userId: account.id, generation: generationOf(account) }
}

/**
 * The account of a session. `undefined` when its password has changed since, or when the account
 * may no longer sign in.
 */
export async function accountOfSession(
  accounts: Accounts,
  session: UserSession | undefined,
): Promise<Account | undefined> {
  if (!session) return undefined
  const account = await accounts.byId(session.userId)
  if (!account || generationOf(account) !== session.generation) return undefined
  return resettableStatuses.includes(account.status) ? account : undefined
}

function generationOf(account: Account): string {
  return createHash('sha256')
    .update(account.passwordHash ?? '')
    .digest('base64')
}
