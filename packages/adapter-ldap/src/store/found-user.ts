import type {
  FoundUser,
  Mark,
  PreparedWrite,
  SettleOutcome,
  StoreReason,
  StoreReceipt,
  StoreRefusal,
  Survivor,
  WriteOrder,
  WriteOutcome,
} from '@force-reset/core'
import { StoreError } from '@force-reset/core'
import { conflict, refusalOf } from '@force-reset/core/store'
import { BindRefused, type ConnectionKeeper } from '../connection/connection-keeper.ts'
import type { LdapConnection } from '../connection/ldap-connection.ts'
import { TransportError } from '../connection/transport-error.ts'
import type {
  Account,
  AccountSurvivor,
  Applied,
  Dialect,
  ResetOrder,
  Settled,
  Site,
} from '../dialect/dialect.ts'
import { precheck } from '../dialect/recheck.ts'
import { refusedFor } from '../dialect/refusals.ts'
import { detailOf } from '../explain/explanation.ts'
import type { Plan } from '../plan/request.ts'
import { runPlan } from '../plan/run-plan.ts'
import type { AnswerCache } from './answer-cache.ts'
import { explainError } from './explain-error.ts'
import type { InTurn } from './in-turn.ts'
import { stepSender } from './send-steps.ts'

/** The answer to a question, and the connection that it came over. */
export interface Answered<T> {
  readonly answer: T
  readonly connection: LdapConnection
}

/** What one store is made of. */
export interface StoreParts {
  readonly dialect: Dialect
  readonly site: Site
  readonly keeper: ConnectionKeeper
  readonly cache: AnswerCache
  /** What outlives a reset in this directory. */
  readonly survives: readonly Survivor[]
  /**
   * Asks the directory, over the warm connection.
   *
   * @throws {StoreError}
   */
  ask<T>(planOf: () => Plan<T>): Promise<Answered<T>>
  /** Writes of one account do not overlap. */
  readonly turn: InTurn
}

/** An account as one look saw it, over this connection. */
export interface Sighting {
  readonly account: Account
  readonly connection: LdapConnection
}

/**
 * Looks at an account.
 *
 * @throws {StoreError} where the directory cannot answer.
 * @example
 * const seen = await lookAt(parts, id)
 */
export async function lookAt(
  { dialect, site, ask }: StoreParts,
  id: string,
): Promise<Sighting | undefined> {
  const { answer, connection } = await ask(() => dialect.find(id, site))
  return answer && { account: answer, connection }
}

/**
 * What can be done with an account as one look saw it.
 *
 * @example
 * return foundUser(parts, seen)
 */
export function foundUser(parts: StoreParts, seen: Sighting): FoundUser {
  const { dialect, site } = parts
  const { account } = seen
  return {
    user: account.user,
    check: async ({ mustChange }) =>
      precheck(dialect, account, { mustChange, unlock: site.unlock }) ?? {
        outcome: 'fit',
        rules: account.policy.rules,
      },
    prepare: async (order) => prepare(parts, seen, order),
    standing: (mark) => dialect.standing(account, mark),
    reason: reasonOf(account),
  }
}

/** Only one of the two, so that the reason fits the refusal that core decides on. */
function reasonOf({ user, why }: Account): StoreReason | undefined {
  if (user.privileged && why?.status !== undefined) return undefined
  const reason = user.privileged ? why?.privileged : why?.status
  return reason && detailOf(reason)
}

function prepare(
  parts: StoreParts,
  seen: Sighting,
  order: WriteOrder,
): StoreRefusal | PreparedWrite {
  const { dialect, turn } = parts
  const { account } = seen
  const stale = order.onlyIf && staleMark(dialect, account, order.onlyIf)
  if (stale !== undefined) return stale
  return {
    outcome: 'prepared',
    mark: dialect.markOf(planOrder(parts, account, order)),
    write: () =>
      turn(account.user.id, () => write(parts, seen, order)).catch((error: unknown) =>
        failedWrite(error, dialect.explain),
      ),
  }
}

function planOrder({ dialect, site }: StoreParts, account: Account, order: WriteOrder): ResetOrder {
  const { resetId, purpose, eligible, onlyIf } = order
  // The throwaway in place of a temporary password unlocks nothing and leaves must-change.
  const ends = purpose === 'expire'
  const mustChange = order.mustChange || ends
  const unlock = site.unlock && !ends
  return { resetId, purpose, eligible, onlyIf, account, site, mustChange, unlock, rules: dialect }
}

async function write(parts: StoreParts, seen: Sighting, order: WriteOrder): Promise<WriteOutcome> {
  const { dialect, keeper, cache } = parts
  const sighting = await seenHere(parts, seen)
  if (sighting === undefined) return conflict
  const { account, connection } = sighting
  const { endpoint } = connection
  const secrets = { password: order.password, rules: account.policy.rules }
  const apart = connectionApart(() => keeper.fresh(endpoint))
  const sender = stepSender({ connection, keeper, cache, apart: apart.connection, ...secrets })
  const plan = dialect.replace(planOrder(parts, account, order))
  const outcome = await runPlan(plan, sender).finally(apart.close)
  switch (outcome.outcome) {
    case 'applied':
      return appliedAt(parts, account, endpoint, outcome)
    case 'refused':
      return outcome
    case 'unknown': {
      const { detail, settle } = outcome
      if (settle === undefined) return { outcome: 'unknown', detail }
      const settling = () => settleAt(parts, sighting, settle, secrets)
      return { outcome: 'unknown', detail, settle: () => settleInTurn(parts, account, settling) }
    }
    default:
      return outcome satisfies never
  }
}

/**
 * The same account over the connection that there is now. Where that leads to another server than
 * the look did, the account is read anew: a write is conditional on what its own server said.
 */
async function seenHere(parts: StoreParts, seen: Sighting): Promise<Sighting | undefined> {
  const { account } = seen
  const connection = await parts.keeper.acquire()
  if (connection.endpoint === seen.connection.endpoint) return { account, connection }
  const anew = await lookAt(parts, account.user.id)
  return anew?.account.user.version === account.user.version ? anew : undefined
}

type Secrets = Pick<Parameters<typeof stepSender>[0], 'password' | 'rules'>

async function settleAt(
  parts: StoreParts,
  { account, connection: { endpoint } }: Sighting,
  settle: () => Plan<Settled>,
  secrets: Secrets,
): Promise<SettleOutcome> {
  const { keeper, cache } = parts
  const connection = await freshConnection(keeper, endpoint)
  if (connection === undefined) return { outcome: 'unknown' }
  try {
    const settled = await runPlan(settle(), stepSender({ connection, keeper, cache, ...secrets }))
    return settled.outcome === 'applied' ? appliedAt(parts, account, endpoint, settled) : settled
  } finally {
    connection.close()
  }
}

function settleInTurn(
  { turn }: StoreParts,
  { user }: Account,
  settle: () => Promise<SettleOutcome>,
): Promise<SettleOutcome> {
  return turn(user.id, settle).catch(() => ({ outcome: 'unknown' }))
}

interface AppliedWrite {
  readonly outcome: 'applied'
  readonly receipt: StoreReceipt
  readonly mark: Mark
}

/** They survive on the accounts that have some. */
const ofSomeAccounts: Readonly<Record<AccountSurvivor, true>> = Object.freeze({
  other_hashes: true,
  other_credentials: true,
})

function isOfSomeAccounts(survivor: Survivor): survivor is AccountSurvivor {
  return Object.hasOwn(ofSomeAccounts, survivor)
}

function appliedAt(
  { survives: all }: StoreParts,
  { survivors = [] }: Account,
  endpoint: string,
  { outcome, receipt, mark }: Applied,
): AppliedWrite {
  const survives = all.filter((one) => !isOfSomeAccounts(one) || survivors.includes(one))
  return {
    outcome,
    mark,
    receipt: { expiresAt: null, sessionsRevoked: null, ...receipt, endpoint, survives },
  }
}

/**
 * Why a write that is to happen only while the password of a mark is in place is not even prepared.
 * The write itself is conditional on that, too.
 */
function staleMark(dialect: Dialect, account: Account, mark: Mark): StoreRefusal | undefined {
  if (dialect.capabilities.recheck.version !== 'in_write') return notConditional
  const { now } = dialect.standing(account, mark)
  switch (now) {
    case 'temporary':
      return undefined
    case 'before':
    case 'replaced':
      return conflict
    case 'unknown':
      return uncertainMark
    default:
      return now satisfies never
  }
}

const notConditional: StoreRefusal = Object.freeze(
  refusedFor({
    code: 'store_unavailable',
    key: 'no_conditional_write',
    what: 'This directory knows no conditional write, so the choice of the user could be lost.',
    cure: 'Let the directory end temporary passwords by itself.',
  }),
)

const uncertainMark: StoreRefusal = Object.freeze(
  refusedFor({
    code: 'conflict',
    key: 'mark_uncertain',
    what: 'It is not certain that the account still has the password that is to be replaced.',
  }),
)

/**
 * A plan throws only where it has changed nothing: connecting or reading failed. A write that was
 * lost is an outcome, not an error.
 */
function failedWrite(error: unknown, explain: Dialect['explain']): StoreRefusal {
  if (error instanceof StoreError) return refusalOf(error)
  const { explanation, detail } = explainError(error, explain)
  return { outcome: 'refused', code: explanation.code, detail }
}

/** A connection that is opened when it is first asked for. */
function connectionApart(open: () => Promise<LdapConnection>): {
  connection(): Promise<LdapConnection>
  close(): void
} {
  let opened: Promise<LdapConnection> | undefined
  return {
    connection: () => {
      opened ??= open()
      return opened
    },
    close: () => {
      opened?.then((connection) => connection.close()).catch(() => undefined)
    },
  }
}

async function freshConnection(
  keeper: ConnectionKeeper,
  endpoint: string,
): Promise<LdapConnection | undefined> {
  try {
    return await keeper.fresh(endpoint)
  } catch (error) {
    if (error instanceof TransportError || error instanceof BindRefused) return undefined
    throw error
  }
}
