import { type Filter, GreaterThanEqualsFilter, LessThanEqualsFilter } from 'ldapts'
import type { Entry } from '../connection/entry.ts'
import { isTrue, text } from '../connection/entry.ts'
import type { Account, EffectivePolicy } from '../dialect/dialect.ts'
import { dnKey } from '../dialect/dn.ts'
import type { PersonAttributes, PersonMoments } from '../dialect/person.ts'
import { anyOf } from '../dialect/search-filter.ts'
import { generalizedTime } from '../dialect/times.ts'
import type { ExplainedStatus } from '../people/other-attributes.ts'
import { type AccountContext, accountOf } from '../people/people-reading.ts'
import { blocked, expired, idle, notStarted } from '../people/reasons.ts'
import { type DefaultPolicy, defaultPolicyOf } from './default-policy.ts'
import type { OpenLdapOptions } from './options.ts'
import { idleSeconds, lockoutSeconds, policyOf, unreadablePolicy } from './policy.ts'

/** Milliseconds that the clock of slapd may be ahead of this one. */
const clocksApartMs = 300_000

/**
 * An administrator's lock never ends by itself. The lock is a time in the year 0 (slapo-ppolicy(5),
 * pwdAccountLockedTime), which has many spellings, and slapd takes the beginning of 1970 for the
 * same. No lock by failed sign-ins is so old, so the time decides and not its text. Nor is such a
 * lock in the future: somebody has written that time, and a new password would lift it.
 *
 * @param now - In milliseconds since 1970.
 */
export function lockedByHand(now: number): Filter {
  const attribute = 'pwdAccountLockedTime'
  const future = new Date(now + clocksApartMs).toISOString().replace(/\D/g, '').slice(0, 14)
  return anyOf([
    new LessThanEqualsFilter({ attribute, value: '19700101000000Z' }),
    new GreaterThanEqualsFilter({ attribute, value: `${future}Z` }),
  ])
}

/** As the filter. Written so that a time that cannot be read is such a lock. */
function isLockedByHand(time: string, now: number): boolean {
  return !(timeOf(time) > 0 && timeOf(time) < now + clocksApartMs)
}

/** What is read of an account, besides the names. None of it is a hash. */
export const accountAttributes: readonly string[] = [
  ...['entryCSN', 'objectClass', 'uid', 'gidNumber'],
  ...['pwdChangedTime', 'pwdReset', 'pwdAccountLockedTime', 'pwdFailureTime', 'pwdPolicySubentry'],
  ...['pwdLastSuccess', 'pwdStartTime', 'pwdEndTime'],
]

/** What an account is made with, besides the entry. */
export interface OpenLdapParts {
  readonly attributes: PersonAttributes
  readonly options: OpenLdapOptions
}

/**
 * An entry as an account; `undefined` for an entry without an id, which the service account may not
 * read.
 *
 * @example
 * const account = openLdapAccount(entry, context, { attributes, options })
 */
export function openLdapAccount(
  entry: Entry,
  context: AccountContext,
  parts: OpenLdapParts,
): Account | undefined {
  const { policies, now } = context
  const id = text(entry, 'entryUUID')
  if (!id) return undefined
  const ownPolicy = text(entry, 'pwdPolicySubentry')
  const inForce =
    ownPolicy === undefined
      ? verdictOn(parts.options.defaultPolicy, defaultPolicyOf(entry.dn, context.configuration))
      : 'proven'
  const policyEntry = inForce === 'refuted' ? undefined : policies[0]
  const read = policyEntry === undefined ? unreadablePolicy : policyOf(policyEntry)
  const policy: EffectivePolicy = { ...read, inForce }
  return accountOf(entry, context, parts, {
    id,
    policy,
    judged: statusOf(entry, policyEntry, now),
    // Without pwdMustChange slapd lets the user in all the same.
    mustChange: isTrue(entry, 'pwdReset') && policy.mustChange !== false,
    locked: isLocked(entry, policyEntry, now),
    moments: momentsOf(entry, policyEntry),
    generation: generationOf(entry, policyEntry !== undefined),
  })
}

/** Whether slapd names the policy of the options as its default policy. */
function verdictOn(
  configured: string | undefined,
  named: DefaultPolicy,
): EffectivePolicy['inForce'] {
  if (named === 'unknown' || configured === undefined) return 'claimed'
  return named !== 'none' && dnKey(named.dn) === dnKey(configured) ? 'proven' : 'refuted'
}

function timeOf(time: string): number {
  return generalizedTime(time)?.getTime() ?? Number.NaN
}

function statusOf(entry: Entry, policyEntry: Entry | undefined, now: number): ExplainedStatus {
  const locked = text(entry, 'pwdAccountLockedTime')
  if (locked !== undefined && isLockedByHand(locked, now))
    return { status: 'suspended', statusReason: 'blocked', why: blocked }
  // Written so that a time that cannot be read refuses.
  const start = text(entry, 'pwdStartTime')
  const end = text(entry, 'pwdEndTime')
  if (end !== undefined && !(now < timeOf(end)))
    return { status: 'suspended', statusReason: 'ended', why: expired }
  if (start !== undefined && !(now >= timeOf(start)))
    return { status: 'suspended', why: notStarted }
  if (isIdle(entry, policyEntry, now)) return { status: 'suspended', why: idle }
  const isNew = isTrue(entry, 'pwdReset') && text(entry, 'pwdLastSuccess') === undefined
  return { status: isNew ? 'pending' : 'active' }
}

/**
 * Not used for so long that slapd refuses the account. A new password would revive the account,
 * which is for an administrator to decide.
 */
function isIdle(entry: Entry, policyEntry: Entry | undefined, now: number): boolean {
  const allowedMs = idleSeconds(policyEntry) * 1_000
  const used = generalizedTime(
    text(entry, 'pwdLastSuccess') ?? text(entry, 'pwdChangedTime'),
  )?.getTime()
  return allowedMs > 0 && used !== undefined && now > used + allowedMs
}

/** Locked by failed sign-ins, and the lock has not ended by itself. */
function isLocked(entry: Entry, policyEntry: Entry | undefined, now: number): boolean {
  const value = text(entry, 'pwdAccountLockedTime')
  if (value === undefined || isLockedByHand(value, now)) return false
  const since = generalizedTime(value)?.getTime() ?? now
  const duration = lockoutSeconds(policyEntry) * 1_000
  return duration === 0 || now < since + duration
}

function momentsOf(entry: Entry, policyEntry: Entry | undefined): PersonMoments {
  const at = (attribute: string) => generalizedTime(text(entry, attribute))
  const lockedAt = at('pwdAccountLockedTime')
  const seconds = lockoutSeconds(policyEntry)
  return {
    passwordSetAt: at('pwdChangedTime'),
    lockedUntil: lockedAt && seconds ? new Date(lockedAt.getTime() + seconds * 1_000) : undefined,
    endsOn: at('pwdEndTime'),
    signIns: [at('pwdLastSuccess'), at('authTimestamp')],
  }
}

/**
 * Every failed sign-in moves `entryCSN`, so the generation is `pwdChangedTime`. That time is in
 * whole seconds, so a reset waits for the second after the last change (see reset.ts). Where no
 * policy is known nothing sets that time, and `entryCSN` has to do.
 */
function generationOf(entry: Entry, hasPolicy: boolean): readonly (string | undefined)[] {
  const changed = text(entry, 'pwdChangedTime')
  return changed === undefined && !hasPolicy
    ? ['csn', text(entry, 'entryCSN')]
    : ['changed', changed]
}
