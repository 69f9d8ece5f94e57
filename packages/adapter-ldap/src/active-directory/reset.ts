import type { StoreRefusal } from '@force-reset/core'
import { conflict, userNotFound } from '@force-reset/core/store'
import { type Entry, text } from '../connection/entry.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { mayHaveArrived, TransportError } from '../connection/transport-error.ts'
import type {
  Account,
  Applied,
  DialectReceipt,
  PlannedOutcome,
  ResetOrder,
  Site,
} from '../dialect/dialect.ts'
import { mustChangeSaid } from '../dialect/dialect.ts'
import { isFresh, recheck } from '../dialect/recheck.ts'
import { lostWrite, refusedBy, refusedFor } from '../dialect/refusals.ts'
import { detailOf, type Explanation } from '../explain/explanation.ts'
import type { ModifyStep, Plan, SearchStep, WriteAnswer } from '../plan/request.ts'
import { alone, search, write } from '../plan/steps.ts'
import { hasToChange, mustChangeNow } from './account.ts'
import { explainActiveDirectory } from './explain.ts'
import { activeDirectoryMark, keyVersion, type MarkedWrite, stampsOf } from './mark.ts'
import { unfitStamp } from './stamp-attribute.ts'
import { type Condition, passwordWrite, setNow } from './write.ts'

/** How the plans of a reset read. */
export interface Reading {
  /** The account, as `find` reads it. */
  findAgain(id: string, site: Site): Plan<Account | undefined>
  /** One search for everything about the entry. */
  entrySearch(id: string): SearchStep
  /** Attribute of the site's stamp, if it has one. */
  readonly stampAttribute: string | undefined
}

/** A write whose answer was lost. */
export interface LostWrite {
  readonly step: ModifyStep
  /** The first condition that the write was sent with: the stamp, where there is one. */
  readonly condition: Condition
  /** `claim`: the throwaway that comes first. `second`: the write after a claim. */
  readonly part: 'only' | 'claim' | 'second'
}

/** At least one condition; the first tells what became of a write. */
type Conditions = readonly [Condition, ...Condition[]]

type Planned = PlannedOutcome<LostWrite>

/**
 * How many passwords a write of this order sets, and whether it is stamped.
 *
 * A throwaway comes first where `pwdLastSet` is already 0, because the condition would hold for
 * everybody. With a stamp `pwdLastSet` may be 0. A throwaway also comes first without must-change,
 * because the old password would stay valid over NTLM for an hour. Two throwaways always end a
 * temporary password. After one alone, the temporary password would be the one before the present
 * one, which controllers accept for an hour.
 *
 * @example
 * const { passwords } = markedWrite(order, reading)
 */
export function markedWrite(
  { account, mustChange, purpose }: ResetOrder,
  { stampAttribute }: Pick<Reading, 'stampAttribute'>,
): MarkedWrite {
  const isPending = text(account.entry, 'pwdLastSet') === mustChangeNow
  const claims = purpose === 'expire' || !mustChange || (isPending && stampAttribute === undefined)
  return { passwords: claims ? 2 : 1, stampAttribute }
}

/**
 * With must-change, from a `pwdLastSet` other than 0, a reset is one modify, and a look at what the
 * modify did. Where the last look is not fresh, another look comes before the modify.
 *
 * Where two writes are needed, the first puts a throwaway password in. One writer alone can claim
 * the account so. The claim gives `pwdLastSet` a value to be conditional on, and is one of the two
 * passwords that push the old one out. Where the second write is refused, another throwaway is the
 * second.
 *
 * @example
 * const outcome = yield* resetActiveDirectory(order, reading)
 */
export function* resetActiveDirectory(order: ResetOrder, reading: Reading): Plan<Planned> {
  const lastSet = text(order.account.entry, 'pwdLastSet')
  if (lastSet === undefined) return refusedFor(unreadable)
  if (reading.stampAttribute !== undefined)
    return yield* stampAndReset(order, reading, reading.stampAttribute)
  if (markedWrite(order, reading).passwords > 1) return yield* alone(claimAndReset(order, reading))
  const current = yield* fresh(order, reading)
  return 'outcome' in current
    ? current
    : yield* onlyWrite(current, reading, [
        { attribute: 'pwdLastSet', seen: lastSet, next: mustChangeNow },
      ])
}

/**
 * No condition of a write can hold the status, the groups or the place of an account. So these are
 * looked at right before the first write.
 */
function* fresh(order: ResetOrder, reading: Reading): Plan<ResetOrder | StoreRefusal> {
  return isFresh(order.account, order.site)
    ? judged(order, order.account)
    : yield* lookAgain(order, reading)
}

function* lookAgain(order: ResetOrder, reading: Reading): Plan<ResetOrder | StoreRefusal> {
  return judged(order, yield* reading.findAgain(order.account.user.id, order.site))
}

function judged(order: ResetOrder, account: Account | undefined): ResetOrder | StoreRefusal {
  const current = recheck(order, account)
  return 'outcome' in current ? current : { ...order, account: current }
}

function* stampAndReset(order: ResetOrder, reading: Reading, attribute: string): Plan<Planned> {
  const unfit = yield* unfitStamp(attribute)
  if (unfit !== undefined) return refusedFor(unfit)
  const current = yield* fresh(order, reading)
  if ('outcome' in current) return current
  const { entry } = order.account
  const claims = markedWrite(order, reading).passwords > 1
  const stamps = stampsOf(order)
  const stamp: Condition = {
    attribute,
    seen: text(entry, attribute),
    next: claims ? stamps.claimed : stamps.done,
  }
  const lastSet: Condition = {
    attribute: 'pwdLastSet',
    seen: text(entry, 'pwdLastSet'),
    next: order.mustChange ? mustChangeNow : setNow,
  }
  const attempt = (conditions: Conditions) =>
    claims ? claim(current, reading, conditions) : onlyWrite(current, reading, conditions)
  // At 0 the condition on pwdLastSet would hold for everybody.
  const both: Conditions = lastSet.seen === mustChangeNow ? [stamp] : [stamp, lastSet]
  const first = yield* attempt(both)
  // Only where the controller knows no condition on pwdLastSet has the stamp to do.
  const outcome = first === unsupported ? yield* attempt([stamp]) : first
  if ('outcome' in outcome) return outcome
  const counted = keyVersion(entry)
  const second: Condition = { attribute, seen: stamps.claimed, next: stamps.done }
  return yield* secondWrite(
    current,
    reading,
    [second],
    counted === undefined ? undefined : counted + 2,
  )
}

/**
 * Between the look and the claim lies one round trip on a connection without a queue. Another
 * writer would have to do three operations in that time to be overtaken. The key version tells
 * then, and the outcome says so.
 */
function* claimAndReset(order: ResetOrder, reading: Reading): Plan<Planned> {
  // After a reset by somebody else pwdLastSet is 0 once more, and only the key version tells.
  const current = yield* lookAgain(order, reading)
  if ('outcome' in current) return current
  const seen = text(current.account.entry, 'pwdLastSet')
  const claimed = yield* claim(current, reading, [{ attribute: 'pwdLastSet', seen, next: setNow }])
  return 'outcome' in claimed ? claimed : yield* afterClaim(current, reading)
}

type Claimed = { readonly claimed: true }

function* claim(
  order: ResetOrder,
  reading: Reading,
  conditions: Conditions,
): Plan<Claimed | Planned> {
  const step = passwordWrite(order.account.user.id, conditions, {
    // A controller accepts the password before for an hour after pwdLastSet. While that is 0, the
    // hour is over, so a claim that ends a temporary password leaves 0 there where a stamp lets it.
    mustChange: order.purpose === 'expire',
    unlock: false,
    secret: 'throwaway',
  })
  const answer = yield* write(step)
  const lost: LostWrite = { step, condition: conditions[0], part: 'claim' }
  if (answer instanceof TransportError)
    return mayHaveArrived(answer) ? lostHalf(answer, lost) : lostWrite(answer, lost)
  if (answer.code === resultCodes.success) return { claimed: true }
  return yield* notWritten(order, reading, conditions, answer)
}

/**
 * The claim holds: the present value of `pwdLastSet` is this writer's own.
 *
 * @example
 * const outcome = yield* afterClaim(order, reading)
 */
export function* afterClaim(order: ResetOrder, reading: Reading): Plan<Planned> {
  const before = order.account
  const entry = yield* readEntry(reading, before.user.id)
  const lastSet = entry && text(entry, 'pwdLastSet')
  if (entry === undefined || lastSet === undefined) return unknownFor(halfDone)
  if (lastSet === mustChangeNow) return unknownFor(overtaken)
  const conditions: Conditions = [
    { attribute: 'pwdLastSet', seen: lastSet, next: order.mustChange ? mustChangeNow : setNow },
  ]
  const counted = keyVersion(entry)
  const expected = keyVersion(before.entry)
  // More passwords than this claim's: another reset was finished between the look and the claim,
  // and the claim has spoilt it.
  if (counted !== undefined && expected !== undefined && counted !== expected + 1)
    return yield* closed(order, conditions, overtaken)
  return yield* secondWrite(
    order,
    reading,
    conditions,
    expected === undefined ? undefined : expected + 2,
  )
}

/**
 * The temporary password in place of the throwaway one. Nobody asks why it was refused: nothing may
 * be read any more that could fail.
 */
function* secondWrite(
  order: ResetOrder,
  reading: Reading,
  conditions: Conditions,
  expected?: number,
): Plan<Planned> {
  const step = temporaryWrite(order, conditions)
  const answer = yield* write(step)
  // Settling sends the write again, also where it was never sent.
  if (answer instanceof TransportError)
    return lostHalf(answer, { step, condition: conditions[0], part: 'second' })
  return answer.code === resultCodes.success
    ? yield* written(order, reading, expected)
    : yield* closed(order, conditions, noUsablePassword)
}

/**
 * A controller accepts the password before the present one for an hour, so that only a second
 * throwaway leaves the old one no way in.
 */
function* closed(order: ResetOrder, conditions: Conditions, spoilt: Explanation): Plan<Planned> {
  const { account, mustChange } = order
  const answer = yield* write(
    passwordWrite(account.user.id, conditions, { mustChange, unlock: false, secret: 'throwaway' }),
  )
  const done = !(answer instanceof TransportError) && answer.code === resultCodes.success
  return unknownFor(done ? spoilt : halfDone)
}

function* onlyWrite(order: ResetOrder, reading: Reading, conditions: Conditions): Plan<Planned> {
  const step = temporaryWrite(order, conditions)
  const answer = yield* write(step)
  if (answer instanceof TransportError)
    return lostWrite(answer, { step, condition: conditions[0], part: 'only' })
  return answer.code === resultCodes.success
    ? yield* written(order, reading)
    : yield* notWritten(order, reading, conditions, answer)
}

function temporaryWrite(
  { account, mustChange, unlock }: ResetOrder,
  conditions: Conditions,
): ModifyStep {
  return passwordWrite(account.user.id, conditions, { mustChange, unlock, secret: 'password' })
}

/**
 * The temporary password is written. `expected` is the key version that it has to have, where
 * another write could have come in between.
 */
function* written(order: ResetOrder, reading: Reading, expected?: number): Plan<Planned> {
  const after = yield* readEntry(reading, order.account.user.id)
  const counted = after && keyVersion(after)
  return expected !== undefined && counted !== undefined && counted !== expected
    ? unknownFor(overtaken)
    : appliedTo(order, reading, after)
}

/**
 * The reset happened. `after` is the entry as it was read since, absent where it could not be read.
 *
 * @example
 * return appliedTo(order, reading, yield* readEntry(reading, order.account.user.id))
 */
export function appliedTo(order: ResetOrder, reading: Reading, after: Entry | undefined): Applied {
  return {
    outcome: 'applied',
    receipt: receiptOf(order, after),
    mark: activeDirectoryMark(order, markedWrite(order, reading), after),
  }
}

/**
 * The entry as it is now, or nothing: the reset stands, whatever becomes of looking at it.
 *
 * @example
 * const after = yield* readEntry(reading, order.account.user.id)
 */
export function* readEntry(reading: Reading, id: string): Plan<Entry | undefined> {
  try {
    const { entries } = yield* search(reading.entrySearch(id))
    return entries[0]
  } catch {
    return undefined
  }
}

/**
 * Why a write that was answered was not done. A condition that failed although every value is
 * unchanged is not supported here, and no conflict.
 */
function* notWritten(
  order: ResetOrder,
  reading: Reading,
  conditions: Conditions,
  answer: WriteAnswer,
): Plan<Planned> {
  const { account, site } = order
  if (answer.code === resultCodes.noSuchObject) return userNotFound
  if (!failedConditions.has(answer.code)) return refusedBy(answer, account, explainActiveDirectory)
  const current = yield* reading.findAgain(account.user.id, site)
  if (current === undefined) return userNotFound
  // After a reset by somebody else pwdLastSet may be 0 again, so the version is looked at too.
  const hold = conditions.every(({ attribute, seen }) => text(current.entry, attribute) === seen)
  if (!hold || current.user.version !== account.user.version) return conflict
  return answer.code === resultCodes.noSuchAttribute
    ? unsupported
    : refusedBy(answer, account, explainActiveDirectory)
}

/** A value to delete that is not there; a single value to add where there is one already. */
const failedConditions: ReadonlySet<number> = new Set([
  resultCodes.noSuchAttribute,
  resultCodes.attributeOrValueExists,
  resultCodes.constraintViolation,
])

/** Without `after`, nothing proves what the write has set. */
function receiptOf(
  { account, mustChange, unlock }: ResetOrder,
  after: Entry | undefined,
): DialectReceipt {
  const { user, policy } = account
  const inForce = after === undefined || hasToChange(after) === true
  return {
    mustChange: mustChangeSaid(mustChange && policy.mustChange === true && inForce, after),
    unlocked:
      unlock &&
      user.locked === true &&
      after !== undefined &&
      ['0', undefined].includes(text(after, 'lockoutTime')),
    unreadRules: after === undefined ? ['state_after_reset'] : [],
  }
}

function unknownFor(explanation: Explanation): Planned {
  return { outcome: 'unknown', detail: detailOf(explanation) }
}

/** One of two writes was not answered. */
function lostHalf({ safeCause }: TransportError, lost: LostWrite): Planned {
  const detail = { ...detailOf(halfDone), cause: safeCause }
  return { outcome: 'unknown', lost, detail }
}

const noUsablePassword: Explanation = {
  code: 'store_unavailable',
  key: 'no_usable_password',
  what:
    'Only the first of two writes was accepted: ' +
    'the old password is gone, and the temporary one was not set. ' +
    'The account has no usable password now, and has to be reset again.',
}

const halfDone: Explanation = {
  code: 'store_unavailable',
  key: 'half_done',
  what:
    'This reset takes two writes, and it is not known that both of them happened: ' +
    'the account has to be reset again. The temporary password may not work, ' +
    'and the password before it may be accepted for up to an hour.',
}

const overtaken: Explanation = {
  code: 'conflict',
  key: 'overtaken',
  what:
    'Another reset of this account was under way at the same moment. Neither of the two ' +
    'temporary passwords can be relied on, and the account has to be reset again.',
}

const notConditional: Explanation = {
  code: 'store_unavailable',
  key: 'conditional_write_unsupported',
  what:
    'This controller refuses a change that is conditional on pwdLastSet. ' +
    'Without that condition two resets at once cannot be told apart.',
  cure: 'Name an attribute for the condition in activeDirectory({ stampAttribute }).',
}

const unsupported: StoreRefusal = Object.freeze({
  outcome: 'refused',
  code: notConditional.code,
  detail: detailOf(notConditional, resultCodes.noSuchAttribute),
})

const unreadable: Explanation = {
  code: 'store_denied',
  key: 'pwd_last_set_unreadable',
  what: 'The service account may not read pwdLastSet of this account.',
  cure: 'Grant the service account read and write on pwdLastSet.',
}
