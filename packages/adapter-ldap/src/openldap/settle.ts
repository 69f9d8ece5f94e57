import { PasswordPolicyError } from 'ldapts'
import type { Entry } from '../connection/entry.ts'
import { text, texts } from '../connection/entry.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { TransportError } from '../connection/transport-error.ts'
import type { Account, ResetOrder, Settled } from '../dialect/dialect.ts'
import { recheckRepeat } from '../dialect/recheck.ts'
import { present } from '../dialect/search-filter.ts'
import type { Plan } from '../plan/request.ts'
import { search, signIn, write } from '../plan/steps.ts'
import { appliedTo, type FindAgain, type LostWrite, stateAttributes } from './reset.ts'

/**
 * Looks, as before every write, and repeats the identical write. Either the repetition happens, and
 * the late original finds its condition spoilt. Or the answer says that something was there before:
 * the password itself, or another change.
 *
 * @example
 * const settled = yield* settleOpenLdap(order, lost, reading.findAgain)
 */
export function* settleOpenLdap(
  order: ResetOrder,
  lost: LostWrite,
  findAgain: FindAgain,
): Plan<Settled> {
  const { account, site } = order
  const current = yield* findAgain(account.user.id, site)
  const judged = recheckRepeat(order, current)
  // Not to be written any more. Without the repetition nothing fences off the original, so only a
  // password that is there by now says something.
  if ('outcome' in judged)
    return current === undefined
      ? { outcome: 'unknown' }
      : yield* whoseWrite(order, current, { spoilt: false })
  const answer = yield* write(lost.step)
  if (answer instanceof TransportError) return { outcome: 'unknown' }
  if (answer.code === resultCodes.success) return appliedTo(order, judged, answer.readBack)
  // The policy compares before the condition is looked at: a random password that is there already
  // was put there by the original.
  if (answer.policyError === PasswordPolicyError.PasswordInHistory)
    return yield* applied(order, judged)
  if (answer.code !== resultCodes.assertionFailed && answer.code !== resultCodes.noSuchObject)
    return { outcome: 'unknown' }
  const after = yield* findAgain(account.user.id, site)
  if (after === undefined)
    return { outcome: answer.code === resultCodes.noSuchObject ? 'not_applied' : 'unknown' }
  return yield* whoseWrite(order, after, { spoilt: lost.isBoundToEntry })
}

/**
 * `spoilt`: the condition of the original will not hold again, whatever moves back to what it was.
 */
function* whoseWrite(
  order: ResetOrder,
  current: Account,
  { spoilt }: { readonly spoilt: boolean },
): Plan<Settled> {
  const changed = text(current.entry, 'pwdChangedTime')
  const before = text(order.account.entry, 'pwdChangedTime')
  // Where no policy sets that time, any change of the entry may have been one of the password.
  const samePassword =
    changed === undefined
      ? text(current.entry, 'entryCSN') === text(order.account.entry, 'entryCSN')
      : changed === before
  if (samePassword) return { outcome: spoilt ? 'not_applied' : 'unknown' }
  if (!maySignIn(current)) return { outcome: 'unknown' }
  const signedIn = yield* signIn({
    kind: 'sign_in',
    dn: current.entry.dn,
    password: { secret: 'password', encoding: 'utf8' },
  })
  if (signedIn instanceof TransportError) return { outcome: 'unknown' }
  if (signedIn.code === resultCodes.success) return yield* applied(order, current)
  // Another password, so another reset: that time is part of every condition.
  const another = signedIn.code === resultCodes.invalidCredentials && (spoilt || changed !== before)
  return { outcome: another ? 'not_applied' : 'unknown' }
}

/** The lock is judged as it was before the original, the policy as it is now. */
function* applied(order: ResetOrder, { entry, policy }: Account): Plan<Settled> {
  const { entries } = yield* search({
    kind: 'search',
    base: entry.dn,
    scope: 'base',
    filter: present('objectClass'),
    attributes: stateAttributes,
  })
  return appliedTo(order, { ...order.account, policy }, entries[0])
}

/**
 * A sign-in that fails counts. It is not tried where even the right password is refused, or where
 * one more failure could lock the account.
 */
function maySignIn({ entry, user, policy }: Account): boolean {
  if (
    user.locked === true ||
    user.status === 'suspended' ||
    text(entry, 'pwdAccountLockedTime') !== undefined
  )
    return false
  if (policy.lockAfter === undefined) return false
  return policy.lockAfter === 0 || failures(entry) + 1 < policy.lockAfter
}

function failures(entry: Entry): number {
  return texts(entry, 'pwdFailureTime').length
}
