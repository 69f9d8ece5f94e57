import type { Filter } from 'ldapts'
import { NotFilter } from 'ldapts'
import type { Entry } from '../connection/entry.ts'
import { isTrue, text } from '../connection/entry.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { TransportError } from '../connection/transport-error.ts'
import type { Account, DialectReceipt, Outcome, ResetOrder, Site } from '../directory/dialect.ts'
import { untilNextGeneration } from '../directory/next-generation.ts'
import { recheck } from '../directory/recheck.ts'
import { conflict, lostWrite, notEligible, refusedBy } from '../directory/refusals.ts'
import { allOf, equals, present } from '../directory/search-filter.ts'
import { generalizedTime } from '../directory/times.ts'
import type { ModifyStep, Plan } from '../plan/request.ts'
import { wait, write } from '../plan/steps.ts'
import { explainOpenLdap } from './explain-open-ldap.ts'
import { lockedForGood } from './open-ldap-account.ts'

/** Reads the account again, as `find` does. */
export type FindAgain = (id: string, site: Site) => Plan<Account | undefined>

/** Writes conditional on `entryCSN`, which any other change of the entry spoils; the one after them is conditional on what matters only. */
const strictAttempts = 3

/**
 * One modify: the password and `pwdReset` together, conditional on the entry as it was read (RFC 4528), and answered with the state after it (RFC 4527).
 *
 * Where only other attributes moved meanwhile (a user who keeps failing to sign in), the account is read again and the write repeated.
 */
export function* resetOpenLdap(order: ResetOrder, findAgain: FindAgain): Plan<Outcome> {
  const { site } = order
  let { account } = order
  if (!order.eligible.includes(account.user.status)) return notEligible(account)
  for (let attempt = 1; attempt <= strictAttempts + 1; attempt += 1) {
    yield* wait(untilNextGeneration(generalizedTime(text(account.entry, 'pwdChangedTime')), site))
    const step = resetStep(account, order.mustChange, attempt <= strictAttempts ? unchanged(account) : sameGeneration(account))
    const answer = yield* write(step)
    if (answer instanceof TransportError) return lostWrite(answer, step)
    if (answer.code === resultCodes.success) return { outcome: 'applied', receipt: receiptOf(account, order.mustChange, answer.readBack) }
    if (answer.code !== resultCodes.assertionFailed && answer.code !== resultCodes.noSuchObject)
      return refusedBy(answer, account, explainOpenLdap)
    const current = recheck(order, yield* findAgain(account.user.id, site))
    if ('outcome' in current) return current
    account = current
  }
  return conflict
}

function resetStep({ entry }: Account, mustChange: boolean, assertion: Filter): ModifyStep {
  return {
    kind: 'modify',
    dn: entry.dn,
    changes: [
      { operation: 'replace', attribute: 'userPassword', values: [{ secret: 'password', encoding: 'utf8' }] },
      // The server sets it by itself only for an operator account that manages userPassword; that one would also skip the rules for passwords.
      { operation: 'replace', attribute: 'pwdReset', values: mustChange ? ['TRUE'] : [] },
    ],
    assertion,
    readBack: ['pwdReset', 'pwdAccountLockedTime', 'pwdChangedTime'],
    policyState: true,
  }
}

/** Nothing at all has changed in the entry, its status included. */
function unchanged({ entry }: Account): Filter {
  return allOf(equals('entryCSN', text(entry, 'entryCSN') ?? ''), notLockedForGood)
}

/** The password and the status have not changed. */
function sameGeneration({ entry }: Account): Filter {
  const changed = text(entry, 'pwdChangedTime')
  const generation = changed === undefined ? new NotFilter({ filter: present('pwdChangedTime') }) : equals('pwdChangedTime', changed)
  return allOf(generation, notLockedForGood, sameValue(entry, 'pwdEndTime'), sameValue(entry, 'pwdStartTime'))
}

function sameValue(entry: Entry, attribute: string): Filter {
  const value = text(entry, attribute)
  return value === undefined ? new NotFilter({ filter: present(attribute) }) : equals(attribute, value)
}

const notLockedForGood = new NotFilter({ filter: equals('pwdAccountLockedTime', lockedForGood) })

/** `after` is absent where the server did not tell; what the same write has set is then taken as set. */
export function receiptOf({ user, policy }: Account, mustChange: boolean, after: Entry | undefined): DialectReceipt {
  const enforced = mustChange && policy.mustChange === true && (after === undefined || isTrue(after, 'pwdReset'))
  return {
    mustChange: enforced ? 'enforced' : 'off',
    unlocked: user.locked === true && (after === undefined || text(after, 'pwdAccountLockedTime') === undefined),
    unreadRules: after === undefined ? ['state_after_reset'] : [],
  }
}
