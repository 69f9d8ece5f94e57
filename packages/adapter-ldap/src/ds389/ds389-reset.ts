import { type Entry, text } from '../connection/entry.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { TransportError } from '../connection/transport-error.ts'
import type { Account, DialectReceipt, Outcome, ResetOrder, Settled, Site } from '../directory/dialect.ts'
import { untilNextGeneration } from '../directory/next-generation.ts'
import { recheck } from '../directory/recheck.ts'
import { lostWrite, refusedBy, userNotFound } from '../directory/refusals.ts'
import { present } from '../directory/search-filter.ts'
import { generalizedTime } from '../directory/times.ts'
import type { Plan, SecretPlaceholder, WriteStep } from '../plan/request.ts'
import { search, signIn, wait, write } from '../plan/steps.ts'
import { failures, generationTime, mustChange as hasToChange } from './ds389-account.ts'
import { explainDs389 } from './explain-ds389.ts'

/** Reads the account again, as `find` does. */
export type FindAgain = (id: string, site: Site) => Plan<Account | undefined>

const password: SecretPlaceholder = Object.freeze({ secret: 'password', encoding: 'utf8' })

/**
 * Reads the account once more, and then sets the password by the extended operation of RFC 3062, with which the server also sets must-change and forgets failed
 * sign-ins: one operation, all or nothing. No write of this server can be conditional, so a change in between the two is not noticed.
 */
export function* resetDs389(order: ResetOrder, findAgain: FindAgain): Plan<Outcome> {
  const { account, site } = order
  yield* wait(untilNextGeneration(generationTime(account.entry), site))
  const current = recheck(order, yield* findAgain(account.user.id, site))
  if ('outcome' in current) return current
  const step = passwordStep(current.entry.dn, order.mustChange)
  const answer = yield* write(step)
  if (answer instanceof TransportError) return lostWrite(answer, step)
  if (answer.code === resultCodes.noSuchObject) return userNotFound
  if (answer.code !== resultCodes.success) return refusedBy(answer, current, explainDs389)
  return { outcome: 'applied', receipt: receiptOf({ ...order, account: current }, yield* stateAfter(current.entry.dn)) }
}

/** A plain modify sets no must-change, unless the operator account is a password administrator (`passwordAdminDN`). */
function passwordStep(dn: string, mustChange: boolean): WriteStep {
  return mustChange
    ? { kind: 'password_modify', dn, newPassword: password }
    : { kind: 'modify', dn, changes: [{ operation: 'replace', attribute: 'userPassword', values: [password] }], policyState: true }
}

/**
 * No write can be fenced off here, so "nothing was changed" is never the answer. While the account is as it was, the write is repeated; otherwise signing in
 * tells whose password it has.
 */
export function* settleDs389(order: ResetOrder, lost: WriteStep, findAgain: FindAgain): Plan<Settled> {
  const current = yield* findAgain(order.account.user.id, order.site)
  if (current === undefined) return { outcome: 'unknown' }
  if (!('outcome' in recheck(order, current)) && current.entry.dn === lost.dn) {
    const answer = yield* write(lost)
    if (answer instanceof TransportError) return { outcome: 'unknown' }
    if (answer.code === resultCodes.success) return yield* applied(order, lost.dn)
  }
  if (!maySignIn(current)) return { outcome: 'unknown' }
  const signedIn = yield* signIn({ kind: 'sign_in', dn: current.entry.dn, password })
  const proven = !(signedIn instanceof TransportError) && signedIn.code === resultCodes.success
  return proven ? yield* applied(order, current.entry.dn) : { outcome: 'unknown' }
}

function* applied(order: ResetOrder, dn: string): Plan<Settled> {
  return { outcome: 'applied', receipt: receiptOf(order, yield* stateAfter(dn)) }
}

/** A wrong password counts: no sign-in where one more failure could lock the account, or where that is not known. */
function maySignIn({ entry, user, policy }: Account): boolean {
  if (user.locked === true || user.status === 'suspended' || policy.lockAfter === undefined) return false
  return policy.lockAfter === 0 || failures(entry) + 1 < policy.lockAfter
}

/** The reset stands, whatever becomes of looking at it. */
function* stateAfter(dn: string): Plan<Entry | undefined> {
  const attributes = ['pwdReset', 'passwordExpirationTime', 'passwordRetryCount', 'pwdTPRReset', 'pwdTPRExpireAt']
  try {
    const { entries } = yield* search({ kind: 'search', base: dn, scope: 'base', filter: present('objectClass'), attributes })
    return entries[0]
  } catch {
    return undefined
  }
}

/** `after` is absent where it could not be read; what the same write sets is then taken as set. */
function receiptOf({ account, mustChange }: ResetOrder, after: Entry | undefined): DialectReceipt {
  const { user, policy } = account
  const inForce = after === undefined || hasToChange(after)
  const expires = after === undefined ? undefined : generalizedTime(text(after, 'pwdTPRExpireAt'))
  return {
    mustChange: mustChange && policy.mustChange === true && inForce ? 'enforced' : 'off',
    unlocked: user.locked === true && (after === undefined || failures(after) === 0),
    unreadRules: after === undefined ? ['state_after_reset'] : [],
    ...(expires === undefined ? {} : { expiresAt: expires }),
  }
}
