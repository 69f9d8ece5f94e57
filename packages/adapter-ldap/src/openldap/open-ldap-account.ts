import type { AccountStatus } from '@force-reset/core'
import type { Entry } from '../connection/entry.ts'
import { isTrue, text } from '../connection/entry.ts'
import type { Account } from '../directory/dialect.ts'
import type { AccountContext } from '../directory/people-reading.ts'
import { type PersonAttributes, userOf } from '../directory/person.ts'
import { generalizedTime } from '../directory/times.ts'
import type { OpenLdapOptions } from './open-ldap-options.ts'
import { lockoutSeconds, policyOf, unreadablePolicy } from './password-policy.ts'

/** What an administrator's lock looks like: it never ends by itself (slapo-ppolicy(5), pwdAccountLockedTime). */
export const lockedForGood = '000001010000Z'

/** What is read of an account, besides the names. None of it is a hash. */
export const accountAttributes: readonly string[] = [
  ...['entryCSN', 'uid'],
  ...['pwdChangedTime', 'pwdReset', 'pwdAccountLockedTime', 'pwdFailureTime', 'pwdPolicySubentry'],
  ...['pwdLastSuccess', 'pwdStartTime', 'pwdEndTime'],
]

/** An entry as an account; `undefined` for an entry without an id, which the operator account may not read. */
export function openLdapAccount(
  entry: Entry,
  { policies, privileged, now }: AccountContext,
  attributes: PersonAttributes,
  options: OpenLdapOptions,
): Account | undefined {
  const id = text(entry, 'entryUUID')
  if (id === undefined) return undefined
  const [policyEntry] = policies
  const policy = policyEntry === undefined ? unreadablePolicy : policyOf(policyEntry)
  const user = userOf(entry, attributes, options, {
    id,
    status: statusOf(entry, now),
    locked: isLocked(entry, policyEntry, now),
    privileged: privileged(entry),
    generation: generationOf(entry, policyEntry !== undefined),
  })
  return { user, entry, policy, readAt: now }
}

function statusOf(entry: Entry, now: number): AccountStatus {
  if (text(entry, 'pwdAccountLockedTime') === lockedForGood) return 'suspended'
  const start = generalizedTime(text(entry, 'pwdStartTime'))?.getTime() ?? Number.NEGATIVE_INFINITY
  const end = generalizedTime(text(entry, 'pwdEndTime'))?.getTime() ?? Number.POSITIVE_INFINITY
  if (now < start || now >= end) return 'suspended'
  return isTrue(entry, 'pwdReset') && text(entry, 'pwdLastSuccess') === undefined ? 'pending' : 'active'
}

/** Locked by failed sign-ins, and the lock has not ended by itself. */
function isLocked(entry: Entry, policyEntry: Entry | undefined, now: number): boolean {
  const value = text(entry, 'pwdAccountLockedTime')
  if (value === undefined || value === lockedForGood) return false
  const since = generalizedTime(value)?.getTime() ?? now
  const duration = lockoutSeconds(policyEntry) * 1_000
  return duration === 0 || now < since + duration
}

/**
 * Every failed sign-in moves `entryCSN`, so the generation is `pwdChangedTime`, in whole seconds: that is why a reset waits for the next second after the one
 * before (see reset.ts). Where no policy is known nothing sets it, and `entryCSN` has to do.
 */
function generationOf(entry: Entry, hasPolicy: boolean): readonly (string | undefined)[] {
  const changed = text(entry, 'pwdChangedTime')
  return changed === undefined && !hasPolicy ? ['csn', text(entry, 'entryCSN')] : ['changed', changed]
}
