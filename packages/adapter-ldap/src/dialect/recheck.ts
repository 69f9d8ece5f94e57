import type { StoreRefusal, User } from '@force-reset/core'
import { conflict, notEligible, userNotFound } from '@force-reset/core/store'
import type { Explanation } from '../explain/explanation.ts'
import type { Account, PrecheckRules, ResetOrder, Site } from './dialect.ts'
import { refusedFor } from './refusals.ts'

/**
 * A reason against a reset that holds whatever the status of the account. A lock that should stay
 * would be lifted, must-change would have no effect, or the user could not obey.
 *
 * @example
 * const refusal = precheck(dialect, account, { mustChange: true, unlock: true })
 */
export function precheck(
  { canKeepLock, mustChangeProblem }: PrecheckRules,
  account: Account,
  { mustChange, unlock }: { readonly mustChange: boolean; readonly unlock: boolean },
): StoreRefusal | undefined {
  if (account.unfit !== undefined) return refusedFor(account.unfit)
  if (!unlock && account.user.locked === true && !canKeepLock) return lockedAndStays
  if (!mustChange) return undefined
  return account.policy.userMayChange ? mustChangeProblem(account) : refusedFor(mayNotChange)
}

/**
 * Why a throwaway cannot take the place of a temporary password: the directory would lift a lock
 * with the new password. Nobody knows the throwaway, so must-change and the user's rights do not
 * matter.
 */
function precheckEnd({ canKeepLock }: PrecheckRules, { user }: Account): StoreRefusal | undefined {
  const locked = user.locked === true || user.statusReason === 'blocked'
  return locked && !canKeepLock ? wouldUnlock : undefined
}

/**
 * An account read less than this many milliseconds ago is not read again before the write: a second
 * read would be no fresher.
 */
const freshForMs = 10

/**
 * Whether nothing has held a reset up since its account was read: authorization, the audit trail,
 * the wait for the next second.
 *
 * @example
 * const current = isFresh(account, site) ? account : yield* findAgain(account.user.id, site)
 */
export function isFresh({ readAt }: Account, { now }: Site): boolean {
  const age = now() - readAt
  return age >= 0 && age < freshForMs
}

/**
 * Judges the account as it was read again, right before its write: that account, or why it is not
 * to be written any more.
 *
 * @example
 * const judged = recheck(order, current)
 * if ('outcome' in judged) return judged
 */
export function recheck(order: ResetOrder, current: Account | undefined): Account | StoreRefusal {
  const { account, eligible, mustChange, purpose, onlyIf, unlock, rules } = order
  if (current === undefined) return userNotFound
  if (!eligible.includes(current.user.status)) return ineligible(current)
  if (current.user.version !== account.user.version) return conflict
  if (onlyIf !== undefined && rules.standing(current, onlyIf).now !== 'temporary') return conflict
  const refusal =
    purpose === 'expire'
      ? precheckEnd(rules, current)
      : precheck(rules, current, { mustChange, unlock })
  return refusal ?? current
}

function ineligible({ user, why }: Account): StoreRefusal {
  return why?.status === undefined
    ? notEligible(user.status)
    : refusedFor({ code: 'not_eligible', ...why.status })
}

/**
 * As {@link recheck}, before a write that is repeated: its original may have changed the password
 * already, and the version with it.
 *
 * @example
 * if ('outcome' in recheckRepeat(order, current)) return { outcome: 'unknown' }
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

const wouldUnlock: StoreRefusal = Object.freeze(
  refusedFor({
    code: 'not_eligible',
    key: 'end_would_unlock',
    what: 'The account is locked, and this directory lifts the lock with every new password.',
    cure: 'End the temporary password when the lock is over.',
  }),
)

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
    'The user of this account may not choose a password. A temporary one that has to be ' +
    'changed would be of no use.',
  cure:
    'Allow the change first: pwdAllowUserChange on OpenLDAP, passwordChange on 389-ds, ' +
    '"User cannot change password" on Active Directory.',
}

const lockedAndStays: StoreRefusal = Object.freeze(refusedFor(locked))
