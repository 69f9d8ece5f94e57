import { generateTemporaryPassword } from '@force-reset/core'
import { type LdifEntry, type OpenLdapServer, textValue } from '@force-reset/testing'
import {
  AssertionControl,
  PolicyStateControl,
  PostReadControl,
} from '../../packages/adapter-ldap/src/connection/controls.ts'
import { dial } from '../../packages/adapter-ldap/src/connection/dial.ts'
import { endpointOf } from '../../packages/adapter-ldap/src/connection/endpoint.ts'
import {
  bindRequest,
  modifyRequest,
  searchRequest,
} from '../../packages/adapter-ldap/src/connection/messages.ts'
import { equals, present } from '../../packages/adapter-ldap/src/dialect/search-filter.ts'
import { accountAttributes } from '../../packages/adapter-ldap/src/openldap/account.ts'
import { openLdapAttributes } from '../../packages/adapter-ldap/src/openldap/options.ts'
import { bareConnection } from './bare-connection.ts'

/**
 * Resets by a client that only sends messages, which were built beforehand. No client of this
 * server is faster.
 */
export interface BareResets {
  /** Builds the messages for accounts. Each write is conditional on the entry as it is now. */
  prepare(entries: readonly LdifEntry[]): void
  /** Resets one account: looks up the account, the policy and the group together, then writes. */
  send(index: number): Promise<void>
}

type Message = readonly [messageId: number, bytes: Buffer]

const timeLimitSeconds = 10
const policyAttributes = [
  'pwdMustChange',
  'pwdMinLength',
  'pwdLockout',
  'pwdMaxFailure',
  'pwdLockoutDuration',
]

export async function bareResets(server: OpenLdapServer): Promise<BareResets> {
  const socket = await dial(endpointOf(server.url), {
    tls: { ca: server.ca },
    connectTimeoutMs: 5_000,
  })
  const connection = bareConnection(socket.unref())
  let lastId = 0
  const message = (build: (messageId: number) => { write(): Buffer }): Message => {
    lastId += 1
    return [lastId, build(lastId).write()]
  }
  const { dn, password } = server.operator
  await connection.ask(...message((id) => bindRequest(id, { dn, password: Buffer.from(password) })))

  const { username, email, displayName } = openLdapAttributes
  const lookUp = (uuid: string): Message => {
    const attributes = [username, email, ...displayName, 'entryUUID', ...accountAttributes]
    const filter = equals('entryUUID', uuid)
    return message((id) =>
      searchRequest(
        id,
        { base: server.peopleDn, scope: 'sub', filter, attributes, sizeLimit: 2 },
        timeLimitSeconds,
      ),
    )
  }
  const entry = (base: string, attributes: readonly string[]): Message =>
    message((id) =>
      searchRequest(
        id,
        { base, scope: 'base', filter: present('objectClass'), attributes },
        timeLimitSeconds,
      ),
    )
  const write = (account: LdifEntry): Message =>
    message((id) =>
      modifyRequest(id, {
        dn: account.dn,
        changes: [
          {
            operation: 'replace',
            attribute: 'userPassword',
            values: [generateTemporaryPassword().reveal()],
          },
          { operation: 'replace', attribute: 'pwdReset', values: ['TRUE'] },
        ],
        controls: [
          new AssertionControl(equals('entryCSN', textValue(account, 'entryCSN') ?? '')),
          new PostReadControl(['pwdReset', 'pwdAccountLockedTime', 'pwdChangedTime']),
          new PolicyStateControl({ critical: true }),
        ],
      }),
    )

  let prepared: readonly { readonly questions: readonly Message[]; readonly write: Message }[] = []
  return {
    prepare: (entries) => {
      prepared = entries.map((one) => ({
        questions: [
          lookUp(textValue(one, 'entryUUID') ?? ''),
          entry(server.policyDn, policyAttributes),
          entry(server.privilegedGroupDn, ['member']),
        ],
        write: write(one),
      }))
    },
    send: async (index) => {
      const one = prepared[index]
      if (one === undefined) throw new Error('There is no such account.')
      await Promise.all(one.questions.map((question) => connection.ask(...question)))
      await connection.ask(...one.write)
    },
  }
}
