import { PasswordPolicyError } from 'ldapts'
import type { Entry } from '../connection/entry.ts'
import { text, texts } from '../connection/entry.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { TransportError } from '../connection/transport-error.ts'
import type { Account, ResetOrder, Settled } from '../directory/dialect.ts'
import { present } from '../directory/search-filter.ts'
import type { Plan, WriteStep } from '../plan/request.ts'
import { search, signIn, write } from '../plan/steps.ts'
import { type FindAgain, receiptOf } from './open-ldap-reset.ts'

/**
 * Repeats the identical write. Either it happens, and the late original finds its condition spoilt; or the answer says that something was there before it:
 * the password itself, or another change.
 */
export function* settleOpenLdap(order: ResetOrder, lost: WriteStep, findAgain: FindAgain): Plan<Settled> {
  const { account, mustChange, site } = order
  const answer = yield* write(lost)
  if (answer instanceof TransportError) return { outcome: 'unknown' }
  if (answer.code === resultCodes.success) return { outcome: 'applied', receipt: receiptOf(account, mustChange, answer.readBack) }
  // The policy compares before the condition is looked at: a random password that is there already was put there by the original.
  if (answer.policyError === PasswordPolicyError.PasswordInHistory) return yield* applied(order, lost.dn)
  if (answer.code !== resultCodes.assertionFailed && answer.code !== resultCodes.noSuchObject) return { outcome: 'unknown' }
  const current = yield* findAgain(account.user.id, site)
  if (current === undefined) return { outcome: 'not_applied' }
  // Only other attributes moved: the password is the old one, and the original's condition does not hold any more.
  if (current.user.version === account.user.version) return lost.kind === 'modify' ? { outcome: 'not_applied' } : { outcome: 'unknown' }
  if (!maySignIn(current)) return { outcome: 'unknown' }
  const signedIn = yield* signIn({ kind: 'sign_in', dn: current.entry.dn, password: { secret: 'password', encoding: 'utf8' } })
  if (signedIn instanceof TransportError) return { outcome: 'unknown' }
  if (signedIn.code === resultCodes.success) return yield* applied(order, current.entry.dn)
  return signedIn.code === resultCodes.invalidCredentials ? { outcome: 'not_applied' } : { outcome: 'unknown' }
}

function* applied({ account, mustChange }: ResetOrder, dn: string): Plan<Settled> {
  const { entries } = yield* search({
    ...{ kind: 'search', base: dn, scope: 'base', filter: present('objectClass') },
    attributes: ['pwdReset', 'pwdAccountLockedTime'],
  })
  return { outcome: 'applied', receipt: receiptOf(account, mustChange, entries[0]) }
}

/** A sign-in that fails counts. It is not tried where even the right password is refused, or where one more failure could lock the account. */
function maySignIn({ entry, user, policy }: Account): boolean {
  if (user.locked === true || user.status === 'suspended' || text(entry, 'pwdAccountLockedTime') !== undefined) return false
  if (policy.lockAfter === undefined) return false
  return policy.lockAfter === 0 || failures(entry) + 1 < policy.lockAfter
}

function failures(entry: Entry): number {
  return texts(entry, 'pwdFailureTime').length
}
