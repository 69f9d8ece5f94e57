import type {
  ReplaceOutcome,
  ReplacePasswordCommand,
  SettleOutcome,
  StoreReceipt,
  User,
  UserStore,
} from '@force-reset/core'
import { StoreError } from '@force-reset/core'
import { conflict } from '@force-reset/core/store'
import {
  BindRefused,
  type ConnectionKeeper,
  connectionKeeper,
} from '../connection/connection-keeper.ts'
import type { LdapConnection } from '../connection/ldap-connection.ts'
import { TransportError } from '../connection/transport-error.ts'
import type { Account, DialectReceipt, Outcome, ResetOrder, Site } from '../dialect/dialect.ts'
import { precheck } from '../dialect/recheck.ts'
import type { Plan, WriteStep } from '../plan/request.ts'
import { runPlan } from '../plan/run-plan.ts'
import { answerCache } from './answer-cache.ts'
import { explainError, storeErrorOf } from './explain-error.ts'
import { inTurn } from './in-turn.ts'
import type { LdapUserStoreOptions } from './options.ts'
import { storeSettings } from './options.ts'
import { stepSender } from './send-steps.ts'

/** Users in a directory. */
export interface LdapUserStore extends UserStore {
  /**
   * Ends the warm connection. The store can be used again afterwards. A connection on which nothing
   * is under way does not keep a process alive.
   */
  close(): void
}

/** Users of a page when nothing else is asked for, and at most. */
const defaultLimit = 50
const greatestLimit = 200

/** How an account was read: the write is conditional on it, on the same server. */
interface Sighting {
  readonly account: Account
  readonly endpoint: string
}

/** What `settle` needs to know of a write that was lost. */
interface LostWrite extends Sighting {
  readonly step: WriteStep
}

/**
 * Users in an LDAP directory.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * const store = ldapUserStore({
 *   url: 'ldaps://ldap.example.com',
 *   baseDn: 'ou=people,dc=example,dc=com',
 * bind: async () => ({ dn: 'cn=helpdesk,ou=services,dc=example,dc=com', password: await
 * secrets.get('helpdesk') }),
 * dialect: openLdap({ privilegedGroups: ['cn=admins,ou=groups,dc=example,dc=com'], defaultPolicy:
 * 'cn=default,ou=policies,dc=example,dc=com' }), })
 */
export function ldapUserStore(options: LdapUserStoreOptions): LdapUserStore {
  const settings = storeSettings(options)
  const { dialect, unlock, now } = settings
  let operatorDn = ''
  const bind = async () => {
    const credentials = await settings.bind()
    operatorDn = credentials.dn
    return credentials
  }
  const site: Site = { baseDn: settings.baseDn, unlock, now, operatorDn: () => operatorDn }
  const keeper = connectionKeeper({ ...settings, bind, bindRetryMs: 30_000 })
  const cache = answerCache(settings)
  const sightings = new WeakMap<User, Sighting>()
  const lostWrites = new WeakMap<ReplacePasswordCommand, LostWrite>()
  const turn = inTurn()
  const survives = dialect.capabilities.survives.filter(
    (one) => one !== 'replicas' || !settings.singleServer,
  )

  /** A question may be asked again on a new connection when the warm one turns out to be dead. */
  const ask = async <T>(
    planOf: () => Plan<T>,
  ): Promise<{ readonly answer: T; readonly connection: LdapConnection }> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const connection = await keeper.acquire()
        return {
          answer: await runPlan(planOf(), stepSender({ connection, keeper, cache })),
          connection,
        }
      } catch (error) {
        const dead =
          error instanceof TransportError &&
          (error.problem === 'not_sent' || error.problem === 'closed')
        if (attempt > 1 || !dead) throw storeErrorOf(error, dialect.explain)
      }
    }
  }

  const see = ({ account, endpoint }: Sighting): User => {
    sightings.set(account.user, { account, endpoint })
    return account.user
  }

  const find = async (id: string): Promise<User | undefined> => {
    const { answer, connection } = await ask(() => dialect.find(id, site))
    return answer && see({ account: answer, endpoint: connection.endpoint })
  }

  /** The account as it was read, or read anew where that is not known, or was on another server. */
  const sightingOf = async (user: User, endpoint?: string): Promise<Sighting | undefined> => {
    const known = sightings.get(user)
    if (known !== undefined && (endpoint === undefined || endpoint === known.endpoint)) return known
    const { answer, connection } = await ask(() => dialect.find(user.id, site))
    return answer?.user.version === user.version
      ? { account: answer, endpoint: connection.endpoint }
      : undefined
  }

  const orderOf = (
    { resetId, mustChange, eligible }: ReplacePasswordCommand,
    account: Account,
  ): ResetOrder => ({
    resetId,
    account,
    mustChange,
    eligible,
    site,
    rules: dialect,
  })

  const receiptOf = (receipt: DialectReceipt, endpoint: string): StoreReceipt => ({
    expiresAt: null,
    sessionsRevoked: null,
    ...receipt,
    endpoint,
    survives,
  })

  const replace = async (command: ReplacePasswordCommand): Promise<ReplaceOutcome> => {
    const before = await sightingOf(command.user)
    const connection = await keeper.acquire()
    const sighting =
      before?.endpoint === connection.endpoint
        ? before
        : await sightingOf(command.user, connection.endpoint)
    if (sighting === undefined) return conflict
    const { account, endpoint } = sighting
    const apart = connectionApart(() => keeper.fresh(endpoint))
    const sender = stepSender({
      connection,
      apart: apart.connection,
      keeper,
      cache,
      password: command.password,
      rules: account.policy.rules,
    })
    const outcome: Outcome = await runPlan(
      dialect.replace(orderOf(command, account)),
      sender,
    ).finally(apart.close)
    switch (outcome.outcome) {
      case 'applied':
        return { outcome: 'applied', receipt: receiptOf(outcome.receipt, endpoint) }
      case 'refused':
        return outcome
      case 'unknown':
        if (outcome.lost !== undefined)
          lostWrites.set(command, { account, endpoint, step: outcome.lost })
        return { outcome: 'unknown', detail: outcome.detail }
      default:
        return outcome satisfies never
    }
  }

  const settle = async (command: ReplacePasswordCommand): Promise<SettleOutcome> => {
    const lost = lostWrites.get(command)
    if (lost === undefined) return { outcome: 'unknown' }
    const { account, endpoint, step } = lost
    const connection = await freshConnection(keeper, endpoint)
    if (connection === undefined) return { outcome: 'unknown' }
    try {
      const sender = stepSender({
        connection,
        keeper,
        cache,
        password: command.password,
        rules: account.policy.rules,
      })
      const settled = await runPlan(dialect.settle(orderOf(command, account), step), sender)
      return settled.outcome === 'applied'
        ? { outcome: 'applied', receipt: receiptOf(settled.receipt, endpoint) }
        : settled
    } finally {
      connection.close()
    }
  }

  return {
    name: dialect.name,
    capabilities: {
      ...dialect.capabilities,
      unlock: dialect.capabilities.unlock && unlock,
      survives,
    },
    find: (id) => find(id),
    list: async (query) => {
      const limit = Math.min(
        Math.max(Math.trunc(query.limit ?? defaultLimit) || 1, 1),
        greatestLimit,
      )
      const { answer } = await ask(() => dialect.list({ ...query, limit }, site))
      return { users: answer.accounts.map(({ user }) => user), truncated: answer.truncated }
    },
    precheck: async (user, { mustChange }) => {
      const sighting = await sightingOf(user)
      if (sighting === undefined) return conflict
      return precheck(dialect, sighting.account, { mustChange, unlock })
    },
    passwordRules: async (user) => (await sightingOf(user))?.account.policy.rules ?? {},
    replacePassword: (command) =>
      turn(command.user.id, () => replace(command)).catch((error: unknown) =>
        failedWrite(error, dialect.explain),
      ),
    settle: (command) =>
      turn(command.user.id, () => settle(command)).catch(() => ({ outcome: 'unknown' })),
    close: () => keeper.close(),
  }
}

/**
 * A plan throws only where it has changed nothing: connecting or reading failed. A write that was
 * lost is an outcome, not an error.
 */
function failedWrite(error: unknown, explain: Parameters<typeof storeErrorOf>[1]): ReplaceOutcome {
  if (error instanceof StoreError)
    return {
      outcome: 'refused',
      code: error.code === 'invalid_request' ? 'store_unavailable' : error.code,
      detail: error.detail,
    }
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
