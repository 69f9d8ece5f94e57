import type { Mark, Standing } from '@force-reset/core'
import { userNotFound } from '@force-reset/core/store'
import { type Entry, text } from '../connection/entry.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { TransportError } from '../connection/transport-error.ts'
import type {
  Account,
  Applied,
  DialectReceipt,
  PlannedOutcome,
  ResetOrder,
  Settled,
  Site,
} from '../dialect/dialect.ts'
import { mustChangeSaid } from '../dialect/dialect.ts'
import { type NotedTimes, standingByTime, timedMark } from '../dialect/marks.ts'
import { untilNextGeneration } from '../dialect/next-generation.ts'
import { recheck } from '../dialect/recheck.ts'
import { lostWrite, refusedBy } from '../dialect/refusals.ts'
import { present } from '../dialect/search-filter.ts'
import { generalizedTime } from '../dialect/times.ts'
import { detailOf, type Explanation } from '../explain/explanation.ts'
import type { Plan, SecretPlaceholder, WriteStep } from '../plan/request.ts'
import { search, signIn, wait, write } from '../plan/steps.ts'
import { failures, generationTime, mustChange as hasToChange } from './account.ts'
import { explainDs389 } from './explain.ts'

/** How the plans of a reset read. */
export interface Reading {
  /** The account, as `find` reads it. */
  findAgain(id: string, site: Site): Plan<Account | undefined>
  readonly idAttribute: string
}

const password: SecretPlaceholder = Object.freeze({ secret: 'password', encoding: 'utf8' })

/**
 * Reads the account once more, and then sets the password in one operation, all or nothing. With
 * must-change the operation is the extended one of RFC 3062. The server then also sets must-change
 * and forgets failed sign-ins. No write of this server can be conditional, so a change between the
 * look and the write is not noticed. Only a change of the DN is noticed: the account is gone, or
 * another one has taken the DN.
 *
 * @example
 * const outcome = yield* resetDs389(order, reading)
 */
export function* resetDs389(order: ResetOrder, reading: Reading): Plan<PlannedOutcome<WriteStep>> {
  const { account, site } = order
  yield* wait(untilNextGeneration(generationTime(account.entry), site))
  const current = recheck(order, yield* reading.findAgain(account.user.id, site))
  if ('outcome' in current) return current
  const step = passwordStep(current.entry.dn, order.mustChange)
  const answer = yield* write(step)
  if (answer instanceof TransportError) return lostWrite(answer, step)
  if (answer.code === resultCodes.noSuchObject) return userNotFound
  if (answer.code !== resultCodes.success) return refusedBy(answer, current, explainDs389)
  return yield* written({ ...order, account: current }, current.entry.dn, reading)
}

/**
 * A plain modify sets no must-change, unless the service account is a password administrator
 * (`passwordAdminDN`).
 */
function passwordStep(dn: string, mustChange: boolean): WriteStep {
  return mustChange
    ? { kind: 'password_modify', dn, newPassword: password }
    : {
        kind: 'modify',
        dn,
        changes: [{ operation: 'replace', attribute: 'userPassword', values: [password] }],
        policyState: 'asked',
      }
}

/**
 * No write can be fenced off here, so "not applied" is never the answer. While the account is as it
 * was, the write is repeated; otherwise signing in tells whose password the account has.
 *
 * @example
 * const settled = yield* settleDs389(order, lost, reading)
 */
export function* settleDs389(order: ResetOrder, lost: WriteStep, reading: Reading): Plan<Settled> {
  const current = yield* reading.findAgain(order.account.user.id, order.site)
  if (current === undefined) return { outcome: 'unknown' }
  if (!('outcome' in recheck(order, current)) && current.entry.dn === lost.dn) {
    const answer = yield* write(lost)
    if (answer instanceof TransportError) return { outcome: 'unknown' }
    if (answer.code === resultCodes.success) return yield* written(order, lost.dn, reading)
  }
  if (!maySignIn(current)) return { outcome: 'unknown' }
  const signedIn = yield* signIn({ kind: 'sign_in', dn: current.entry.dn, password })
  const proven = !(signedIn instanceof TransportError) && signedIn.code === resultCodes.success
  return proven ? yield* written(order, current.entry.dn, reading) : { outcome: 'unknown' }
}

/**
 * The password of the account with this DN is written, and the look at what the write did tells
 * which account that is. The reset stands, whatever becomes of looking at it.
 */
function* written(order: ResetOrder, dn: string, { idAttribute }: Reading): Plan<Written> {
  const after = yield* stateAfter(dn, idAttribute)
  return after !== undefined && text(after, idAttribute) !== order.account.user.id
    ? { outcome: 'unknown', detail: detailOf(anotherAccount) }
    : { outcome: 'applied', receipt: receiptOf(order, after), mark: ds389Mark(order, after) }
}

type Written = Applied | Extract<PlannedOutcome<WriteStep>, { readonly outcome: 'unknown' }>

/**
 * A wrong password counts. So there is no sign-in where one more failure could lock the account, or
 * where that is not known.
 */
function maySignIn({ entry, user, policy }: Account): boolean {
  if (user.locked === true || user.status === 'suspended' || policy.lockAfter === undefined)
    return false
  return policy.lockAfter === 0 || failures(entry) + 1 < policy.lockAfter
}

function* stateAfter(dn: string, idAttribute: string): Plan<Entry | undefined> {
  const attributes = [
    idAttribute,
    'pwdReset',
    'pwdUpdateTime',
    'modifyTimestamp',
    'passwordExpirationTime',
    'passwordRetryCount',
    'pwdTPRReset',
    'pwdTPRExpireAt',
  ]
  try {
    const { entries } = yield* search({
      kind: 'search',
      base: dn,
      scope: 'base',
      filter: present('objectClass'),
      attributes,
    })
    return entries[0]
  } catch {
    return undefined
  }
}

/** `after` is absent where it could not be read. Then nothing proves what the write has set. */
function receiptOf({ account, mustChange }: ResetOrder, after: Entry | undefined): DialectReceipt {
  const { user, policy } = account
  const inForce = after === undefined || hasToChange(after)
  const expires = after === undefined ? undefined : generalizedTime(text(after, 'pwdTPRExpireAt'))
  return {
    mustChange: mustChangeSaid(mustChange && policy.mustChange === true && inForce, after),
    unlocked: user.locked === true && after !== undefined && failures(after) === 0,
    unreadRules: after === undefined ? ['state_after_reset'] : [],
    ...(expires === undefined ? {} : { expiresAt: expires }),
  }
}

const format = 'ds1'

/**
 * The mark of a write: `pwdUpdateTime` as seen, and as it was read after the write. Where the
 * server does not keep that time (`passwordTrackUpdateTime`), `modifyTimestamp` in its place.
 *
 * @example
 * const prepared = ds389Mark(order)
 */
export function ds389Mark(
  { resetId, mustChange, account }: ResetOrder,
  after?: Entry | undefined,
): Mark {
  return timedMark(format, {
    resetId,
    mustChange,
    before: timesOf(account.entry),
    after: after && timesOf(after),
  })
}

function timesOf(entry: Entry): NotedTimes {
  return { password: text(entry, 'pwdUpdateTime'), edit: text(entry, 'modifyTimestamp') }
}

/**
 * What has become of the write that the mark names.
 *
 * @example
 * const { now } = ds389Standing(account, mark)
 */
export function ds389Standing({ entry }: Account, mark: Mark): Standing {
  return standingByTime(format, mark, { ...timesOf(entry), mustChange: hasToChange(entry) })
}

const anotherAccount: Explanation = {
  code: 'conflict',
  key: 'another_account',
  what:
    'Another account took the place of this one at the same moment, and may have been given ' +
    'the temporary password. Both accounts have to be reset again.',
}
