import type { UserStore } from '@force-reset/core'
import { StoreError } from '@force-reset/core'
import { lateWriteSecondsOverTcp } from '@force-reset/core/store'
import { connectionKeeper } from '../connection/connection-keeper.ts'
import { TransportError } from '../connection/transport-error.ts'
import type { Site } from '../dialect/dialect.ts'
import type { Plan } from '../plan/request.ts'
import { runPlan } from '../plan/run-plan.ts'
import { answerCache } from './answer-cache.ts'
import { storeErrorOf } from './explain-error.ts'
import type { Answered, StoreParts } from './found-user.ts'
import { foundUser, lookAt } from './found-user.ts'
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

/** How long a refused bind of the service account is remembered, in milliseconds. */
const bindRetryMs = 30_000

/**
 * Users in an LDAP directory.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work.
 * @example
 * const store = ldapUserStore({
 *   url: 'ldaps://ldap.example.com',
 *   baseDn: 'ou=people,dc=example,dc=com',
 *   bind: async () => ({
 *     dn: 'cn=helpdesk,ou=services,dc=example,dc=com',
 *     password: await secrets.get('helpdesk'),
 *   }),
 *   dialect: openLdap({
 *     privilegedGroups: ['cn=admins,ou=groups,dc=example,dc=com'],
 *     defaultPolicy: 'cn=default,ou=policies,dc=example,dc=com',
 *   }),
 * })
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
  const keeper = connectionKeeper({ ...settings, bind, bindRetryMs })
  const cache = answerCache(settings)
  const survives = dialect.capabilities.survives.filter(
    (one) => one !== 'replicas' || !settings.singleServer,
  )

  /** A question may be asked again on a new connection when the warm one turns out to be dead. */
  const ask = async <T>(planOf: () => Plan<T>): Promise<Answered<T>> => {
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

  const parts: StoreParts = { dialect, site, keeper, cache, survives, ask, turn: inTurn() }

  return {
    name: dialect.name,
    capabilities: {
      ...dialect.capabilities,
      ownIds: true,
      unlock: dialect.capabilities.unlock && unlock,
      // Another server may not have heard of the write yet.
      lateWriteSeconds: settings.singleServer ? lateWriteSecondsOverTcp : null,
      survives,
    },
    find: async (id) => {
      const seen = await lookAt(parts, id)
      return seen && foundUser(parts, seen)
    },
    list: async (query) => {
      // No page of a directory names a next page.
      if (query.cursor !== undefined) throw malformedCursor()
      const limit = Math.min(
        Math.max(Math.trunc(query.limit ?? defaultLimit) || 1, 1),
        greatestLimit,
      )
      const { answer } = await ask(() => dialect.list({ ...query, limit }, site))
      return { users: answer.accounts.map(({ user }) => user), truncated: answer.truncated }
    },
    close: () => keeper.close(),
  }
}

function malformedCursor(): StoreError {
  const problem = { reason: 'field', field: 'cursor', problem: 'malformed' } as const
  return new StoreError('invalid_request', problem)
}
