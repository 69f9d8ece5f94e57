import type { Mark, Standing, StoreRefusal } from '@force-reset/core'
import { conflict } from '@force-reset/core/store'
import { type Filter, NotFilter } from 'ldapts'
import type { Entry } from '../connection/entry.ts'
import { isTrue, text, texts } from '../connection/entry.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { TransportError } from '../connection/transport-error.ts'
import type {
  Account,
  Applied,
  DialectReceipt,
  PlannedOutcome,
  ResetOrder,
  Site,
} from '../dialect/dialect.ts'
import { mustChangeSaid } from '../dialect/dialect.ts'
import { standingByTime, timedMark } from '../dialect/marks.ts'
import { untilNextGeneration } from '../dialect/next-generation.ts'
import { isFresh, recheck } from '../dialect/recheck.ts'
import { lostWrite, refusedBy, refusedFor } from '../dialect/refusals.ts'
import { absent, allOf, equals, present } from '../dialect/search-filter.ts'
import { generalizedTime } from '../dialect/times.ts'
import type { ChangeStep, ModifyStep, Plan, SearchStep, WriteAnswer } from '../plan/request.ts'
import { searches, wait, write } from '../plan/steps.ts'
import { lockedByHand } from './account.ts'
import { explainOpenLdap } from './explain.ts'
import { explainMissing, missingControls } from './missing-control.ts'
import { judgedBy, mayNotReadAttributes, unreadableAttributes } from './unreadable-attributes.ts'

/** Reads the account again, as `find` does, and its policy not from the cache. */
export type FindAgain = (id: string, site: Site) => Plan<Account | undefined>

/** How the plan of a reset reads. */
export interface Reading {
  readonly findAgain: FindAgain
  /** Which entries are people. */
  readonly userFilter: Filter
  /** Names and the site's own attributes, by which an account is judged besides the product's. */
  readonly attributes: readonly string[]
  /** What else an account is judged by, where the schema knows it and it can be read. */
  readonly attributesElsewhere: readonly string[]
  /** Whether `shadowLastChange` moves with the password. */
  readonly shadowLastChange: boolean
  /** The same entry, judged by its groups and its policy as they are now. */
  judgeAgain(account: Account, site: Site): Plan<Account | undefined>
  /** Whether the policy may be older than the account. */
  mayBeOldPolicy(account: Account): boolean
}

/** A write whose answer was lost. */
export interface LostWrite {
  readonly step: ModifyStep
  /** Whether the condition holds `entryCSN`, so that no later change can make it true again. */
  readonly isBoundToEntry: boolean
}

/**
 * Writes conditional on `entryCSN`, which any other change of the entry spoils. The write after
 * them is conditional on all that was judged.
 */
const strictAttempts = 3

/** What is asked about the entry as it is right after the write, or later. */
export const stateAttributes = ['pwdReset', 'pwdAccountLockedTime', 'pwdChangedTime']

/**
 * One modify sets the password and `pwdReset` together. The modify is conditional on the entry as
 * it was read (RFC 4528), and its answer holds the state afterwards (RFC 4527). Groups and policies
 * are other entries, which no condition can hold. Where they were not read just now, they are
 * looked at once more before the write.
 *
 * Where only other attributes moved meanwhile (a user who keeps failing to sign in), the account is
 * read again and the write repeated. Where nothing moved and the condition fails all the same, the
 * service account may not evaluate the condition. Then slapd is asked which attribute is hidden.
 *
 * @example
 * const outcome = yield* resetOpenLdap(order, reading)
 */
export function* resetOpenLdap(
  order: ResetOrder,
  reading: Reading,
): Plan<PlannedOutcome<LostWrite>> {
  const { findAgain, judgeAgain } = reading
  const { site } = order
  // Waited for before the look, so that nothing lies between the look and the write.
  yield* wait(
    untilNextGeneration(generalizedTime(text(order.account.entry, 'pwdChangedTime')), site),
  )
  const asRead = isFresh(order.account, site) && !reading.mayBeOldPolicy(order.account)
  const judged = recheck(order, asRead ? order.account : yield* judgeAgain(order.account, site))
  if ('outcome' in judged) return judged
  let account = judged
  for (let attempt = 1; attempt <= strictAttempts + 1; attempt += 1) {
    const isBoundToEntry = attempt <= strictAttempts
    const condition = isBoundToEntry
      ? unchanged(account)
      : sameJudgement(account, yield* everythingJudged(account, reading), order)
    const assertion = allOf(condition, sameTemporary(order))
    const step = resetStep(account, order, { assertion, shadow: reading.shadowLastChange })
    const answer = yield* write(step)
    if (answer instanceof TransportError) return lostWrite(answer, { step, isBoundToEntry })
    if (answer.code === resultCodes.success) return appliedTo(order, account, answer.readBack)
    if (answer.code === resultCodes.unavailableCriticalExtension)
      return yield* refusedForControl(answer, account)
    if (answer.code !== resultCodes.assertionFailed && answer.code !== resultCodes.noSuchObject)
      return refusedBy(answer, account, explainOpenLdap)
    const current = recheck(order, yield* findAgain(account.user.id, site))
    if ('outcome' in current) return current
    // Nothing has moved, so the condition does not fail: the service account may not evaluate it.
    const unreadable = sameEntry(account, current)
      ? yield* unreadableAttributes(current.entry.dn)
      : []
    if (unreadable.length > 0)
      return refusedFor(mayNotReadAttributes(unreadable, current.entry.dn, site))
    account = current
  }
  return conflict
}

const dayMs = 86_400_000

/** Days since 1970 (shadow(5)). 0 would make programs demand a change again and again. */
function shadowChange({ entry }: Account, now: number): readonly ChangeStep[] {
  const classes = texts(entry, 'objectClass').map((name) => name.toLowerCase())
  if (!classes.includes('shadowaccount')) return []
  const values = [String(Math.floor(now / dayMs))]
  return [{ operation: 'replace', attribute: 'shadowLastChange', values }]
}

function resetStep(
  account: Account,
  { mustChange, site }: ResetOrder,
  { assertion, shadow }: { readonly assertion: Filter; readonly shadow: boolean },
): ModifyStep {
  const { entry } = account
  return {
    kind: 'modify',
    dn: entry.dn,
    changes: [
      {
        operation: 'replace',
        attribute: 'userPassword',
        values: [{ secret: 'password', encoding: 'utf8' }],
      },
      // The server sets pwdReset by itself only for a service account that manages userPassword.
      // Such an account would also skip the rules for passwords.
      { operation: 'replace', attribute: 'pwdReset', values: mustChange ? ['TRUE'] : [] },
      ...(shadow ? shadowChange(account, site.now()) : []),
    ],
    assertion,
    readBack: stateAttributes,
    // A database without the overlay would store the password as text, and pwdReset without effect.
    // Critical, the control makes slapd refuse there. Without must-change nothing needs that.
    policyState: mustChange ? 'required' : 'asked',
  }
}

/** slapd does not say which control it does not take, so it is asked. */
function* refusedForControl(answer: WriteAnswer, account: Account): Plan<StoreRefusal> {
  const { dn } = account.entry
  const [missing] = yield* missingControls([dn])
  if (missing === undefined) return refusedBy(answer, account, explainOpenLdap)
  return refusedFor(explainMissing(missing, dn), answer.code)
}

function sameEntry(one: Account, other: Account): boolean {
  return text(one.entry, 'entryCSN') === text(other.entry, 'entryCSN')
}

/** Nothing at all has changed in the entry. */
function unchanged(account: Account): Filter {
  return allOf(equals('entryCSN', text(account.entry, 'entryCSN') ?? ''), sameGeneration(account))
}

/**
 * The password and the status have not changed. And everything that they were judged by could be
 * read, or this filter would not hold.
 */
function sameGeneration({ entry, readAt }: Account): Filter {
  return allOf(
    ...judgedBy.map((attribute) =>
      attribute === 'pwdAccountLockedTime'
        ? new NotFilter({ filter: lockedByHand(readAt) })
        : sameValue(entry, attribute),
    ),
  )
}

/**
 * The temporary password is in place that was there when the write was ordered, and nobody has
 * used it. The user's own choice within the same second leaves `pwdChangedTime` and takes
 * `pwdReset` away, so both are needed.
 */
function sameTemporary({ onlyIf, account: { user, entry } }: ResetOrder): Filter | undefined {
  if (onlyIf === undefined) return undefined
  return allOf(
    equals('entryUUID', user.id),
    sameValue(entry, 'pwdChangedTime'),
    equals('pwdReset', 'TRUE'),
  )
}

/**
 * Moved by sign-ins, so that they are in no condition of the last write. Whether anybody has ever
 * signed in is in that condition, and so is the lock.
 */
const movedBySignIns: ReadonlySet<string> = new Set(
  [
    'entryCSN',
    'modifyTimestamp',
    'modifiersName',
    'pwdFailureTime',
    'pwdGraceUseTime',
    'pwdAccountLockedTime',
    'pwdLastSuccess',
  ].map((name) => name.toLowerCase()),
)

/**
 * What an account is judged by, in a condition that can hold. No filter holds for an attribute that
 * the schema does not know or that the service account may not search, so the entry is asked.
 */
function* everythingJudged(
  { entry }: Account,
  { userFilter, attributes, attributesElsewhere }: Reading,
): Plan<Pick<Reading, 'userFilter' | 'attributes'>> {
  const unseen = attributesElsewhere.filter((name) => !entry.attributes.has(name.toLowerCase()))
  const asked = unseen.map(
    (attribute): SearchStep => ({
      kind: 'search',
      base: entry.dn,
      scope: 'base',
      filter: absent(attribute),
      attributes: ['1.1'],
    }),
  )
  const found = yield* searches(asked)
  const unjudged = new Set(unseen.filter((_, index) => found[index]?.entries.length !== 1))
  const judged = attributesElsewhere.filter((name) => !unjudged.has(name))
  return { userFilter, attributes: [...attributes, ...judged] }
}

/**
 * Still the same person, with everything that was read and judged; only sign-ins may have come in
 * between. A filter cannot say that there are no further values, so a value that is added to an
 * attribute of several is not noticed.
 */
function sameJudgement(
  account: Account,
  { userFilter, attributes }: Pick<Reading, 'userFilter' | 'attributes'>,
  { unlock }: ResetOrder,
): Filter {
  const { entry, user } = account
  const judged = attributes.filter((attribute) => !movedBySignIns.has(attribute.toLowerCase()))
  return allOf(
    equals('entryUUID', user.id),
    userFilter,
    sameGeneration(account),
    ...judged.map((attribute) => sameValue(entry, attribute)),
    text(entry, 'pwdLastSuccess') === undefined
      ? absent('pwdLastSuccess')
      : present('pwdLastSuccess'),
    unlock ? undefined : sameValue(entry, 'pwdAccountLockedTime'),
  )
}

function sameValue(entry: Entry, attribute: string): Filter {
  const values = entry.attributes.get(attribute.toLowerCase()) ?? []
  return values.length === 0
    ? absent(attribute)
    : allOf(...values.map((value) => equals(attribute, value)))
}

/**
 * The write happened.
 *
 * @param account - The entry as it was before the write.
 * @param after - The state after the write, absent where the server did not tell.
 * @example
 * if (answer.code === resultCodes.success) return appliedTo(order, account, answer.readBack)
 */
export function appliedTo(order: ResetOrder, account: Account, after: Entry | undefined): Applied {
  return {
    outcome: 'applied',
    receipt: receiptOf(account, order.mustChange, after),
    mark: openLdapMark(order, after),
  }
}

/**
 * `enforced` stands on four things. The policy makes users change. slapd itself names that policy,
 * in the account or in its configuration. The overlay is there, because slapd took the critical
 * control: without the overlay slapd refuses the write. And the overlay has noted the time of the
 * change. `pwdReset` proves nothing by itself: any database keeps what the write put there.
 */
function receiptOf(
  { user, entry, policy }: Account,
  mustChange: boolean,
  after: Entry | undefined,
): DialectReceipt {
  const isSet =
    mustChange && policy.mustChange === true && (after === undefined || isEnforced(entry, after))
  return {
    mustChange: mustChangeSaid(isSet, policy.inForce === 'proven' ? after : undefined),
    unlocked:
      user.locked === true &&
      after !== undefined &&
      text(after, 'pwdAccountLockedTime') === undefined,
    unreadRules: after === undefined ? ['state_after_reset'] : [],
  }
}

function isEnforced(before: Entry, after: Entry): boolean {
  const changed = text(after, 'pwdChangedTime')
  return (
    isTrue(after, 'pwdReset') && changed !== undefined && changed !== text(before, 'pwdChangedTime')
  )
}

const format = 'openldap1'

/**
 * The mark of a write: `pwdChangedTime` as seen, and as the write has set it.
 *
 * @example
 * const prepared = openLdapMark(order)
 */
export function openLdapMark(
  { resetId, mustChange, account }: ResetOrder,
  after?: Entry | undefined,
): Mark {
  return timedMark(format, {
    resetId,
    mustChange,
    before: { password: text(account.entry, 'pwdChangedTime') },
    after: after && { password: text(after, 'pwdChangedTime') },
  })
}

/**
 * What has become of the write that the mark names.
 *
 * @example
 * const { now } = openLdapStanding(account, mark)
 */
export function openLdapStanding({ entry }: Account, mark: Mark): Standing {
  const password = text(entry, 'pwdChangedTime')
  return standingByTime(format, mark, { password, mustChange: isTrue(entry, 'pwdReset') })
}
