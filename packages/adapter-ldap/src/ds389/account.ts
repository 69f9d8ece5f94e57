import { type Entry, isTrue, text, texts } from '../connection/entry.ts'
import type { Account } from '../dialect/dialect.ts'
import { dnKey } from '../dialect/dn.ts'
import type { PersonMoments } from '../dialect/person.ts'
import { generalizedTime } from '../dialect/times.ts'
import type { ExplainedStatus } from '../people/other-attributes.ts'
import {
  type AccountContext,
  accountOf,
  type PeopleParts,
  storedName,
} from '../people/people-reading.ts'
import { disabled } from '../people/reasons.ts'
import { bothOf, policyOf, tokenAttributes, unreadablePolicy } from './policy.ts'

/** When a password has to be changed at the next sign-in, it has "expired" then. */
const mustChangeTime = '19700101000000Z'

/** What is read of an account, besides the names. None of it is a hash. */
export const accountAttributes: readonly string[] = [
  ...['objectClass', 'gidNumber', 'nsRole', 'ipaUserAuthType'],
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
 * const account = ds389Account(entry, context, people)
 */
export function ds389Account(
  entry: Entry,
  context: AccountContext,
  parts: Pick<PeopleParts, 'attributes' | 'options' | 'id'>,
): Account | undefined {
  const { policies, now } = context
  const id = text(entry, parts.id.attribute)
  if (!id) return undefined
  const globalEntry = policies.at(-1)
  const [first = unreadablePolicy, second] = (
    policies.length === 1 ? policies : policies.slice(0, -1)
  ).map((one) => (one === undefined ? unreadablePolicy : policyOf(one, entry, globalEntry)))
  const policy = second === undefined ? first : bothOf(first, second)
  return accountOf(entry, context, parts, {
    id,
    policy,
    judged: statusOf(entry),
    isElsewhere: isElsewhere(entry),
    mustChange: mustChange(entry),
    locked: isLocked(entry, policy.lockAfter, now),
    moments: momentsOf(entry),
    generation: generationOf(entry),
  })
}

/** Names the policy of an account. A subtree can compute it, and hide the value in the entry. */
export const policyAttribute = 'pwdpolicysubentry'

/**
 * The local policies of an account: the one that the server names, and the one in the entry where
 * that is another. Measured on 2.3.1 with `operational` in the subtree, as `dsconf` sets it. The
 * server then names the policy of the subtree, and enforces the policy in the entry at sign-in.
 *
 * @example
 * const dns = [...localPolicies(entry), 'cn=config']
 */
export function localPolicies(entry: Entry): readonly string[] {
  const named = [text(entry, policyAttribute), text(entry, storedName(policyAttribute))].filter(
    (dn) => dn !== undefined,
  )
  return [...new Map(named.map((dn) => [dnKey(dn), dn])).values()]
}

/** `nsAccountLock` is also computed, from roles of accounts that were inactivated together. */
function statusOf(entry: Entry): ExplainedStatus {
  if (isTrue(entry, 'nsAccountLock'))
    return { status: 'suspended', statusReason: 'disabled', why: disabled }
  const isNew = mustChange(entry) && text(entry, 'lastLoginTime') === undefined
  return { status: isNew ? 'pending' : 'active' }
}

/** FreeIPA names the ways in which a person signs in, where the password is none of them. */
function isElsewhere(entry: Entry): boolean {
  const ways = texts(entry, 'ipaUserAuthType').map((way) => way.toLowerCase())
  return ways.length > 0 && ways.every((way) => way === 'idp' || way === 'radius')
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

/** Locked for ever is the beginning of 1970. */
function momentsOf(entry: Entry): PersonMoments {
  const at = (attribute: string) => generalizedTime(text(entry, attribute))
  const until = at('accountUnlockTime')
  return {
    passwordSetAt: at('pwdUpdateTime'),
    lockedUntil: until?.getTime() === 0 ? undefined : until,
    signIns: [at('lastLoginTime')],
  }
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
