import { text } from '../connection/entry.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { TransportError } from '../connection/transport-error.ts'
import type { Account, PlannedOutcome, ResetOrder, Settled } from '../dialect/dialect.ts'
import { recheckRepeat } from '../dialect/recheck.ts'
import type { Plan } from '../plan/request.ts'
import { signIn, write } from '../plan/steps.ts'
import { bindError, bindErrors } from './bind-error.ts'
import { afterClaim, appliedTo, type LostWrite, type Reading, readEntry } from './reset.ts'

/**
 * Repeats the identical write, which fences off the late original: both have the same condition,
 * and the first of them spoils it.
 *
 * @example
 * const settled = yield* settleActiveDirectory(order, lost, reading)
 */
export function* settleActiveDirectory(
  order: ResetOrder,
  lost: LostWrite,
  reading: Reading,
): Plan<Settled> {
  const isClaim = lost.part === 'claim'
  const current = yield* reading.findAgain(order.account.user.id, order.site)
  // Not to be written any more. Without the repetition nothing fences off the original, so only a
  // password that is there by now says something.
  if ('outcome' in recheckRepeat(order, current))
    return isClaim ? { outcome: 'unknown' } : yield* whoseWrite(order, lost, reading)
  const answer = yield* write(lost.step)
  if (answer instanceof TransportError) return { outcome: 'unknown' }
  if (isClaim)
    return answer.code === resultCodes.success
      ? settledAs(yield* afterClaim(order, reading))
      : { outcome: 'unknown' }
  if (answer.code === resultCodes.success) return yield* applied(order, reading)
  if (answer.code === resultCodes.noSuchObject) return { outcome: 'not_applied' }
  return yield* whoseWrite(order, lost, reading)
}

/**
 * The condition does not hold any more: the original was applied, or somebody else was faster.
 */
function* whoseWrite(
  order: ResetOrder,
  { condition, part }: LostWrite,
  reading: Reading,
): Plan<Settled> {
  const current = yield* reading.findAgain(order.account.user.id, order.site)
  if (current === undefined) return { outcome: 'unknown' }
  const value = text(current.entry, condition.attribute)
  if (value === condition.seen) return { outcome: 'unknown' }
  if (reading.stampAttribute !== undefined)
    return value === condition.next ? yield* applied(order, reading) : { outcome: 'unknown' }
  if (!maySignIn(current)) return { outcome: 'unknown' }
  const signedIn = yield* signIn({
    kind: 'sign_in',
    dn: current.entry.dn,
    password: { secret: 'password', encoding: 'utf8' },
  })
  if (signedIn instanceof TransportError) return { outcome: 'unknown' }
  const error = bindError(signedIn)
  // The right password is told from a wrong one even where it must be changed first; that sign-in
  // does not count.
  if (signedIn.code === resultCodes.success || error === bindErrors.mustChange)
    return yield* applied(order, reading)
  // Another password, so another reset: the original's condition fails for good. After a claim the
  // old password is gone whatever happens next, so "not applied" is never the answer then.
  return error === bindErrors.wrongPassword && part === 'only'
    ? { outcome: 'not_applied' }
    : { outcome: 'unknown' }
}

function* applied(order: ResetOrder, reading: Reading): Plan<Settled> {
  return appliedTo(order, reading, yield* readEntry(reading, order.account.user.id))
}

function settledAs(outcome: PlannedOutcome<LostWrite>): Settled {
  return outcome.outcome === 'applied' ? outcome : { outcome: 'unknown' }
}

/**
 * A wrong password counts, here and at the PDC emulator. So there is no sign-in where one more
 * failure could lock the account, or where that is not known.
 */
function maySignIn({ entry, user, policy }: Account): boolean {
  if (user.locked === true || user.status === 'suspended' || policy.lockAfter === undefined)
    return false
  const failures = Number(text(entry, 'badPwdCount') ?? 'unknown')
  return policy.lockAfter === 0 || failures + 1 < policy.lockAfter
}
