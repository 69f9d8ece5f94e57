import type { StoreRefusal } from '@force-reset/core'
import { conflict, userNotFound } from '@force-reset/core/store'
import { type Entry, text } from '../connection/entry.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { mayHaveArrived, TransportError } from '../connection/transport-error.ts'
import type { Account, DialectReceipt, Outcome, ResetOrder, Site } from '../dialect/dialect.ts'
import { isFresh, recheck } from '../dialect/recheck.ts'
import { lostWrite, refusedBy, refusedFor } from '../dialect/refusals.ts'
import { detailOf, type Explanation } from '../explain/explanation.ts'
import type { ModifyStep, Plan, SearchStep, WriteAnswer } from '../plan/request.ts'
import { alone, search, write } from '../plan/steps.ts'
import { accountFlags, hasFlag } from './account-flags.ts'
import { explainActiveDirectory } from './explain.ts'
import { unfitStamp } from './stamp-attribute.ts'
import { type Condition, keyVersion, mustChangeNow, passwordWrite, setNow } from './write.ts'

/** How the plans of a reset read. */
export interface Reading {
  /** The account, as `find` reads it. */
  findAgain(id: string, site: Site): Plan<Account | undefined>
  /** One search for everything about the entry. */
  entrySearch(id: string): SearchStep
  /** Attribute of the site's stamp, if it has one. */
  readonly stampAttribute: string | undefined
}

/**
 * With must-change, from a `pwdLastSet` other than 0: a look where the last one is not fresh, one
 * modify, and a look at what it did.
 *
 * Where
 * `pwdLastSet` is already 0 the condition would hold for everybody, and without must-change the old password would stay valid over NTLM for an hour. Both need a throwaway password first: it is claimed by one writer alone, gives `pwdLastSet`
 * a value to be conditional on, and is one of the two that push the old password out. Where the
 * second write is refused, another throwaway is the second.
 */
export function* resetActiveDirectory(order: ResetOrder, reading: Reading): Plan<Outcome> {
  const { account, mustChange } = order
  const lastSet = text(account.entry, 'pwdLastSet')
  if (lastSet === undefined) return refusedFor(unreadable)
  if (reading.stampAttribute !== undefined)
    return yield* stampAndReset(order, reading, reading.stampAttribute)
  if (lastSet === mustChangeNow || !mustChange) return yield* alone(claimAndReset(order, reading))
  const current = yield* fresh(order, reading)
  return 'outcome' in current
    ? current
    : yield* onlyWrite(current, reading, [
        { attribute: 'pwdLastSet', seen: lastSet, next: mustChangeNow },
      ])
}

/**
 * No condition of a write can hold the status, the groups or the place of an account, so they are
 * looked at right before the first one.
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

function* stampAndReset(order: ResetOrder, reading: Reading, attribute: string): Plan<Outcome> {
  const unfit = yield* unfitStamp(attribute)
  if (unfit !== undefined) return refusedFor(unfit)
  const current = yield* fresh(order, reading)
  if ('outcome' in current) return current
  const { entry } = order.account
  const stamp: Condition = {
    attribute,
    seen: text(entry, attribute),
    next: order.mustChange ? order.resetId : `${order.resetId}-claim`,
  }
  const lastSet: Condition = {
    attribute: 'pwdLastSet',
    seen: text(entry, 'pwdLastSet'),
    next: order.mustChange ? mustChangeNow : setNow,
  }
  // At 0 it would hold for everybody.
  const both = lastSet.seen === mustChangeNow ? [stamp] : [stamp, lastSet]
  const attempt = (conditions: readonly Condition[]) =>
    order.mustChange ? onlyWrite(current, reading, conditions) : claim(current, reading, conditions)
  const first = yield* attempt(both)
  // Only where the controller knows no condition on pwdLastSet has the stamp to do.
  const outcome = first === unsupported ? yield* attempt([stamp]) : first
  if ('outcome' in outcome) return outcome
  const counted = keyVersion(entry)
  const second: Condition = { attribute, seen: stamp.next, next: order.resetId }
  return yield* secondWrite(
    current,
    reading,
    [second],
    counted === undefined ? undefined : counted + 2,
  )
}

/**
 * Between the look and the claim lies one round trip on a connection without a queue. Another
 * writer would have to do three operations in that time to be overtaken; then the key version
 * tells, and it is said.
 */
function* claimAndReset(order: ResetOrder, reading: Reading): Plan<Outcome> {
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
  conditions: readonly Condition[],
): Plan<Claimed | Outcome> {
  const step = passwordWrite(order.account.user.id, conditions, {
    mustChange: false,
    unlock: false,
    secret: 'throwaway',
  })
  const answer = yield* write(step)
  if (answer instanceof TransportError)
    return mayHaveArrived(answer) ? lostHalf(answer, step) : lostWrite(answer, step)
  if (answer.code === resultCodes.success) return { claimed: true }
  return yield* notWritten(order, reading, conditions, answer)
}

/** The claim holds: what `pwdLastSet` is now is this writer's own. */
export function* afterClaim(order: ResetOrder, reading: Reading): Plan<Outcome> {
  const before = order.account
  const entry = yield* readEntry(reading, before.user.id)
  const lastSet = entry && text(entry, 'pwdLastSet')
  if (entry === undefined || lastSet === undefined) return unknownFor(halfDone)
  if (lastSet === mustChangeNow) return unknownFor(overtaken)
  const conditions: readonly Condition[] = [
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
 * The temporary password in place of the throwaway one. Why it was refused is not asked: nothing
 * may be read any more that could fail.
 */
function* secondWrite(
  order: ResetOrder,
  reading: Reading,
  conditions: readonly Condition[],
  expected?: number,
): Plan<Outcome> {
  const step = temporaryWrite(order, conditions)
  const answer = yield* write(step)
  // Settling it sends it again, also where it was never sent.
  if (answer instanceof TransportError) return lostHalf(answer, step)
  return answer.code === resultCodes.success
    ? yield* written(order, reading, expected)
    : yield* closed(order, conditions, noUsablePassword)
}

/**
 * A controller accepts the password before the present one for an hour, so that only a second
 * throwaway leaves the old one no way in.
 */
function* closed(
  order: ResetOrder,
  conditions: readonly Condition[],
  spoilt: Explanation,
): Plan<Outcome> {
  const { account, mustChange } = order
  const answer = yield* write(
    passwordWrite(account.user.id, conditions, { mustChange, unlock: false, secret: 'throwaway' }),
  )
  const done = !(answer instanceof TransportError) && answer.code === resultCodes.success
  return unknownFor(done ? spoilt : halfDone)
}

function* onlyWrite(
  order: ResetOrder,
  reading: Reading,
  conditions: readonly Condition[],
): Plan<Outcome> {
  const step = temporaryWrite(order, conditions)
  const answer = yield* write(step)
  if (answer instanceof TransportError) return lostWrite(answer, step)
  return answer.code === resultCodes.success
    ? yield* written(order, reading)
    : yield* notWritten(order, reading, conditions, answer)
}

function temporaryWrite(
  { account, mustChange, site }: ResetOrder,
  conditions: readonly Condition[],
): ModifyStep {
  return passwordWrite(account.user.id, conditions, {
    mustChange,
    unlock: site.unlock,
    secret: 'password',
  })
}

/**
 * The temporary password is written. `expected` is the key version that it has to have, where
 * another could have come in between.
 */
function* written(order: ResetOrder, reading: Reading, expected?: number): Plan<Outcome> {
  const after = yield* readEntry(reading, order.account.user.id)
  const counted = after && keyVersion(after)
  return expected !== undefined && counted !== undefined && counted !== expected
    ? unknownFor(overtaken)
    : { outcome: 'applied', receipt: receiptOf(order, after) }
}

/** The reset stands, whatever becomes of looking at it. */
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
  conditions: readonly Condition[],
  answer: WriteAnswer,
): Plan<Outcome> {
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

/**
 * `after` is absent where it could not be read; what the same write has set is then taken as set.
 */
export function receiptOf(
  { account, mustChange, site }: ResetOrder,
  after: Entry | undefined,
): DialectReceipt {
  const { user, policy } = account
  const inForce =
    after === undefined || (text(after, 'pwdLastSet') === mustChangeNow && computedSaysSo(after))
  return {
    mustChange: mustChange && policy.mustChange === true && inForce ? 'enforced' : 'off',
    unlocked:
      site.unlock &&
      user.locked === true &&
      (after === undefined || ['0', undefined].includes(text(after, 'lockoutTime'))),
    unreadRules: after === undefined ? ['state_after_reset'] : [],
  }
}

function computedSaysSo(after: Entry): boolean {
  return (
    hasFlag(after, 'msDS-User-Account-Control-Computed', accountFlags.passwordExpired) !== false
  )
}

function unknownFor(explanation: Explanation): Outcome {
  return { outcome: 'unknown', detail: detailOf(explanation) }
}

/** One of two writes was not answered. */
function lostHalf({ safeCause }: TransportError, lost: ModifyStep): Outcome {
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
