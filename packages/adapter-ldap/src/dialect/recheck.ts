import type { StoreRefusal, User } from '@force-reset/core'
import { conflict, notEligible, userNotFound } from '@force-reset/core/store'
import type { Explanation } from '../explain/explanation.ts'
import type { Account, PrecheckRules, ResetOrder, Site } from './dialect.ts'
import { refusedFor } from './refusals.ts'

/**
 * Why an account is not reset whatever its status: a lock that should stay would be lifted,
 * must-change would have no effect, or the user could not obey it.
 */
export function precheck(
  { canKeepLock, mustChangeProblem }: PrecheckRules,
  account: Account,
  { mustChange, unlock }: { readonly mustChange: boolean; readonly unlock: boolean },
): StoreRefusal | undefined {
  if (!unlock && account.user.locked === true && !canKeepLock) return lockedAndStays
  if (!mustChange) return undefined
  return account.policy.userMayChange ? mustChangeProblem(account) : refusedFor(mayNotChange)
}

/**
 * An account that came so lately, in milliseconds, is not read again before its write: no look is
 * closer to one than the way to the server and back.
 */
const freshForMs = 10

/**
 * Whether nothing has held a reset up since its account was read: authorization, the audit trail,
 * the wait for the next second.
 */
export function isFresh({ readAt }: Account, { now }: Site): boolean {
  const age = now() - readAt
  return age >= 0 && age < freshForMs
}

/**
 * Judges the account as it was read again, right before its write: that account, or why it is not
 * to be reset any more.
 */
export function recheck(order: ResetOrder, current: Account | undefined): Account | StoreRefusal {
  const { account, eligible, mustChange, site, rules } = order
  if (current === undefined) return userNotFound
  if (!eligible.includes(current.user.status)) return notEligible(current.user.status)
  if (current.user.version !== account.user.version) return conflict
  return precheck(rules, current, { mustChange, unlock: site.unlock }) ?? current
}

/**
 * As {@link recheck}, before a write that is repeated: its original may have changed the password
 * already, and the version with it.
 */
export function recheckRepeat(
  order: ResetOrder,
  current: Account | undefined,
): Account | StoreRefusal {
  if (current === undefined) return userNotFound
  const same = decidedOn.every((name) => current.user[name] === order.account.user[name])
  return same ? recheck({ ...order, account: current }, current) : conflict
}

/** What an operator decides on, besides the status and the password. */
const decidedOn = [
  'privileged',
  'username',
  'email',
  'displayName',
] as const satisfies readonly (keyof User)[]

const locked: Explanation = {
  code: 'not_eligible',
  key: 'locked',
  what:
    'This account is locked by failed sign-ins, and this application is configured not to ' +
    'unlock accounts. A reset would unlock the account here.',
}
const mayNotChange: Explanation = {
  code: 'password_rejected',
  key: 'password_change_not_allowed',
  what:
    'The user of this account may not choose a password, and could do nothing with ' +
    'a temporary one that has to be changed.',
  cure:
    'Allow the change first: pwdAllowUserChange on OpenLDAP, passwordChange on 389-ds, ' +
    '"User cannot change password" on Active Directory.',
}

const lockedAndStays: StoreRefusal = Object.freeze(refusedFor(locked))
