import { type FaultProxy, startFaultProxy } from '../faults/fault-proxy.ts'
import { ldifReplace, textValue } from './ldif.ts'
import {
  type OpenLdapOptions,
  type OpenLdapReplication,
  type OpenLdapServer,
  startOpenLdap,
} from './open-ldap.ts'

/** Two throwaway servers that both take writes, and hand each other what they took. */
export interface OpenLdapPair {
  readonly first: OpenLdapServer
  readonly second: OpenLdapServer
  /** The ways that replication goes. The reader of changes is the client of a proxy. */
  readonly links: { readonly toFirst: FaultProxy; readonly toSecond: FaultProxy }
  /** Holds back what either server has to tell, from now on. `join` ends that. */
  part(): void
  /** Ends what `part` began. */
  join(): void
  /** Resolves when both servers have the same version of an entry. */
  converged(dn: string): Promise<void>
  stop(): Promise<void>
}

/** How a pair differs from the usual one: both servers are alike. */
export type OpenLdapPairOptions = Omit<OpenLdapOptions, 'replication'> &
  Pick<OpenLdapReplication, 'checkpointOperations'>

/**
 * Starts a mirrored pair (`multiprovider`, slapd.conf(5)) on loopback. `entryCSN` of an entry holds
 * `#001#` after a write that the first took, and `#002#` after one that the second took.
 *
 * @example
 * const pair = await startOpenLdapPair()
 */
export async function startOpenLdapPair({
  checkpointOperations,
  ...options
}: OpenLdapPairOptions = {}): Promise<OpenLdapPair> {
  // Each server is named to the other one before there is one.
  const addresses = { first: nowhere(), second: nowhere() }
  const toSecond = await startFaultProxy({ to: addresses.first })
  const toFirst = await startFaultProxy({ to: addresses.second })
  const first = await startOpenLdap({
    ...options,
    replication: { serverId: 1, provider: urlOf(toFirst), checkpointOperations },
  })
  const second = await startOpenLdap({
    ...options,
    replication: { serverId: 2, provider: urlOf(toSecond), checkpointOperations, copyOf: first },
  })
  Object.assign(addresses.first, first.ldaps)
  Object.assign(addresses.second, second.ldaps)
  const versionAt = async (server: OpenLdapServer, dn: string): Promise<string | undefined> => {
    const entry = await server.read(dn, ['entryCSN'])
    return entry && textValue(entry, 'entryCSN')
  }
  const converged = async (dn: string): Promise<void> => {
    while ((await versionAt(first, dn)) !== (await versionAt(second, dn)));
  }
  // Both ways are open when a change has gone each of them.
  for (const server of [first, second]) {
    await server.modify(ldifReplace(server.baseDn, { description: server.url }))
    await converged(server.baseDn)
  }
  return {
    first,
    second,
    links: { toFirst, toSecond },
    part: () => {
      for (const link of [toFirst, toSecond]) link.stall('to_client')
    },
    join: () => {
      for (const link of [toFirst, toSecond]) {
        // What is held back came from a connection that may be gone.
        link.cut()
        link.pass()
      }
    },
    converged,
    stop: async () => {
      await Promise.all([first.stop(), second.stop()])
      await Promise.all([toFirst.stop(), toSecond.stop()])
    },
  }
}

function nowhere(): { host: string; port: number } {
  return { host: '127.0.0.1', port: 1 }
}

function urlOf({ host, port }: FaultProxy): string {
  return `ldaps://${host}:${port}`
}
