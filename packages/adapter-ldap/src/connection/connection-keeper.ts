import { type BindResult, bindAs, isLetIn } from './bind-as.ts'
import { type DialOptions, dial } from './dial.ts'
import type { Endpoint } from './endpoint.ts'
import { type Credentials, fetchedCredentials, NoCredentials } from './fetched-credentials.ts'
import { type LdapConnection, ldapConnection } from './ldap-connection.ts'
import { TransportError } from './transport-error.ts'

/** What a keeper needs to know. */
export interface KeeperOptions extends DialOptions {
  /** In order of preference. */
  readonly endpoints: readonly Endpoint[]
  readonly bind: () => Promise<Credentials>
  readonly operationTimeoutMs: number
  /**
   * A connection that was idle for longer, in milliseconds, is not used again: a firewall on the
   * way may have forgotten the connection.
   */
  readonly idleTimeoutMs: number
  /**
   * How long a refused bind is remembered, in milliseconds. So a wrong password of the service
   * account does not lock that account.
   */
  readonly bindRetryMs: number
  /** The clock, in milliseconds. */
  readonly now: () => number
}

/**
 * The connections of one store: one that is warm and shared, and new ones for work that needs a
 * connection of its own.
 */
export interface ConnectionKeeper {
  /**
   * The shared connection, bound; opened to the first server that answers when there is none.
   *
   * Callers that ask while the connection is being opened wait for the same connection.
   *
   * @throws {TransportError} when no server can be reached.
   * @throws {NoCredentials} when the site gives no name and password.
   * @throws {BindRefused} when the service account is not let in. Other servers are not tried
   *   then.
   */
  acquire(): Promise<LdapConnection>
  /** A connection of its own to the server that `acquire` named, bound as the service account. */
  fresh(endpoint: string): Promise<LdapConnection>
  /** A connection of its own to that server, not bound. */
  unbound(endpoint: string): Promise<LdapConnection>
  /** Ends the shared connection. */
  close(): void
}

/** The server does not let the service account in. */
export class BindRefused extends Error {
  readonly result: BindResult

  constructor(result: BindResult) {
    super('The directory refused the bind of the service account.')
    this.name = 'BindRefused'
    this.result = result
  }
}

/**
 * Results after which another server may well let the account in: busy and unavailable (RFC 4511,
 * appendix A.2).
 */
export const serverTrouble: ReadonlySet<number> = new Set([51, 52])

/**
 * Keeps the connections of one store. Nothing is opened before the first question.
 *
 * @example
 * const keeper = connectionKeeper(options)
 * const connection = await keeper.acquire()
 */
export function connectionKeeper(options: KeeperOptions): ConnectionKeeper {
  const { endpoints, now } = options
  let current: LdapConnection | undefined
  let opening: Promise<LdapConnection> | undefined
  let usedAt = 0
  let refusal: { readonly error: BindRefused; readonly at: number } | undefined

  const unboundTo = async (endpoint: Endpoint): Promise<LdapConnection> =>
    ldapConnection(await dial(endpoint, options), {
      endpoint: endpoint.name,
      operationTimeoutMs: options.operationTimeoutMs,
    })

  const boundTo = async (endpoint: Endpoint): Promise<LdapConnection> => {
    if (refusal !== undefined && now() - refusal.at < options.bindRetryMs) throw refusal.error
    const credentials = await fetchedCredentials(options)
    const connection = await unboundTo(endpoint)
    const result = await bindAs(connection, credentials).catch((error: unknown) => {
      connection.close()
      throw error
    })
    if (isLetIn(result)) {
      refusal = undefined
      return connection
    }
    connection.close()
    const error = new BindRefused(result)
    if (!serverTrouble.has(result.code)) refusal = { error, at: now() }
    throw error
  }

  const open = async (): Promise<LdapConnection> => {
    let failure: unknown = new TransportError('unreachable')
    for (const endpoint of endpoints) {
      try {
        return await boundTo(endpoint)
      } catch (error) {
        failure = error
        if (
          error instanceof NoCredentials ||
          (error instanceof BindRefused && !serverTrouble.has(error.result.code))
        )
          break
      }
    }
    throw failure
  }

  const named = (name: string): Endpoint => {
    const endpoint = endpoints.find((one) => one.name === name)
    if (endpoint === undefined) throw new TransportError('unreachable')
    return endpoint
  }

  return {
    acquire: async () => {
      if (current !== undefined && (!current.usable || now() - usedAt > options.idleTimeoutMs)) {
        current.close()
        current = undefined
      }
      usedAt = now()
      if (current !== undefined) return current
      opening ??= open().finally(() => {
        opening = undefined
      })
      current = await opening
      return current
    },
    fresh: async (name) => boundTo(named(name)),
    unbound: async (name) => unboundTo(named(name)),
    close: () => {
      current?.close()
      current = undefined
      opening?.then((connection) => connection.close()).catch(() => undefined)
    },
  }
}
