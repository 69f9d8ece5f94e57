import { type Entry, isTrue, text } from '../connection/entry.ts'
import type { Account } from '../dialect/dialect.ts'
import { type JudgedStatus, type PersonAttributes, userOf } from '../dialect/person.ts'
import { generalizedTime } from '../dialect/times.ts'
import type { AccountContext } from '../people/people-reading.ts'
import type { Ds389Options } from './options.ts'
import { policyOf, tokenAttributes, unreadablePolicy } from './policy.ts'

/** When a password has to be changed at the next sign-in, it has "expired" then. */
const mustChangeTime = '19700101000000Z'

/** What is read of an account, besides the names. None of it is a hash. */
export const accountAttributes: readonly string[] = [
  ...['objectClass', 'gidNumber', 'nsRole'],
  ...[
    'nsAccountLock',
    'pwdUpdateTime',
    'pwdReset',
    'passwordExpirationTime',
    'pwdpolicysubentry',
    'lastLoginTime',
  ],
  ...[
    'passwordRetryCount',
    'retryCountResetTime',
    'accountUnlockTime',
    'pwdTPRReset',
    'pwdTPRExpireAt',
  ],
  ...tokenAttributes,
]

/**
 * An entry as an account; `undefined` for an entry without an id, which the service account may not
 * read.
 *
 * @example
 * const account = ds389Account(entry, context, attributes, options)
 */
export function ds389Account(
  entry: Entry,
  { policies, privileged, baseDn, now }: AccountContext,
  attributes: PersonAttributes,
  options: Ds389Options,
): Account | undefined {
  const id = text(entry, options.idAttribute ?? 'nsUniqueId')
  if (id === undefined) return undefined
  // Without a local policy the first one is the global one.
  const [policyEntry, globalEntry = policies.length === 1 ? policyEntry : undefined] = policies
  const policy =
    policyEntry === undefined ? unreadablePolicy : policyOf(policyEntry, entry, globalEntry)
  const user = userOf(entry, attributes, options, {
    id,
    baseDn,
    ...statusOf(entry),
    mustChange: mustChange(entry),
    locked: isLocked(entry, policy.lockAfter, now),
    privileged: privileged(entry),
    generation: generationOf(entry),
  })
  return { user, entry, policy, readAt: now }
}

/** `nsAccountLock` is also computed, from roles of accounts that were inactivated together. */
function statusOf(entry: Entry): JudgedStatus {
  if (isTrue(entry, 'nsAccountLock')) return { status: 'suspended', statusReason: 'disabled' }
  const isNew = mustChange(entry) && text(entry, 'lastLoginTime') === undefined
  return { status: isNew ? 'pending' : 'active' }
}

/**
 * Whether the next sign-in has to change the password.
 *
 * @example
 * const enforced = mustChange(entry)
 */
export function mustChange(entry: Entry): boolean {
  const reset = text(entry, 'pwdReset')
  return reset === undefined
    ? text(entry, 'passwordExpirationTime') === mustChangeTime
    : reset.toUpperCase() === 'TRUE'
}

/**
 * A new password sets the count back and leaves `accountUnlockTime` where it was, so the count
 * decides.
 */
function isLocked(entry: Entry, lockAfter: number | undefined, now: number): boolean {
  const until = generalizedTime(text(entry, 'accountUnlockTime'))?.getTime()
  if (until === undefined || failures(entry) < (lockAfter || 1)) return false
  return until === 0 || now < until
}

/**
 * Failed sign-ins that count towards the lock.
 *
 * @example
 * const next = failures(account.entry) + 1
 */
export function failures(entry: Entry): number {
  const value = text(entry, 'passwordRetryCount')
  return value !== undefined && /^\d{1,9}$/.test(value) ? Number(value) : 0
}

/**
 * `pwdUpdateTime` moves with the password alone, where `passwordTrackUpdateTime` is on. Otherwise
 * every ordinary change of the entry has to count; a failed sign-in is no such change. Both times
 * are whole seconds, so a reset waits for the second after the last change.
 */
function generationOf(entry: Entry): readonly (string | undefined)[] {
  const updated = text(entry, 'pwdUpdateTime')
  return updated === undefined
    ? ['modified', text(entry, 'modifyTimestamp'), text(entry, 'pwdReset')]
    : ['updated', updated]
}

/**
 * When the generation was last moved.
 *
 * @example
 * yield* wait(untilNextGeneration(generationTime(account.entry), site))
 */
export function generationTime(entry: Entry): Date | undefined {
  return generalizedTime(text(entry, 'pwdUpdateTime') ?? text(entry, 'modifyTimestamp'))
}
