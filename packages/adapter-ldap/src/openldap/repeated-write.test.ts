import {
  type DirectoryServer,
  type FaultProxy,
  ldifEntry,
  ldifReplace,
  type SampleUser,
  startFaultProxy,
  startOpenLdap,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { text } from '../connection/entry.ts'
import type { Dialect } from '../dialect/dialect.ts'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser } from '../fixtures/reset-user.ts'
import { openLdap } from '../index.ts'
import type { Plan } from '../plan/request.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'

/** The write that is no longer conditional on `entryCSN`. */
const lastWrite = 4

/** The same plan, which tells before each write how many it makes with it. */
function* announcing<T>(plan: Plan<T>, announce: (write: number) => void): Plan<T> {
  let writes = 0
  let next = plan.next()
  while (next.done !== true) {
    if (next.value.some(({ kind }) => kind === 'modify')) {
      writes += 1
      announce(writes)
    }
    next = plan.next(yield next.value)
  }
  return next.value
}

interface Change {
  readonly name: string
  happen(server: DirectoryServer, user: SampleUser): Promise<unknown>
  readonly outcome: string
  readonly unlock?: boolean
}

const replaced =
  (values: Record<string, string>) =>
  (server: DirectoryServer, { dn }: SampleUser) =>
    server.modify(ldifReplace(dn, values))

/**
 * What may happen while the last write is on its way, after three in which the entry did not stand
 * still.
 */
const changes: readonly Change[] = [
  {
    name: 'a failed sign-in',
    happen: (server, { dn }) => server.canSignIn(dn, 'not the password'),
    outcome: 'applied',
  },
  {
    name: 'an edit that nobody judges by',
    happen: replaced({ description: 'moved' }),
    outcome: 'applied',
  },
  {
    name: 'a status of the site',
    happen: replaced({ employeeType: 'left' }),
    outcome: 'not_eligible: status',
  },
  {
    name: 'a privilege of the site',
    happen: replaced({ employeeType: 'board' }),
    outcome: 'conflict: changed_during_write',
  },
  {
    name: 'another display name',
    happen: replaced({ displayName: 'Somebody Else' }),
    outcome: 'conflict: changed_during_write',
  },
  {
    name: 'a lock by an administrator',
    happen: replaced({ pwdAccountLockedTime: '000001010000Z' }),
    outcome: 'not_eligible: account_blocked',
  },
  {
    name: 'the same lock, spelt otherwise',
    happen: replaced({ pwdAccountLockedTime: '19700101000000Z' }),
    outcome: 'not_eligible: account_blocked',
  },
  {
    name: 'being no person any more',
    happen: replaced({ givenName: 'robot' }),
    outcome: 'user_not_found: ',
  },
  {
    name: 'a lock that is to stay',
    happen: (server, user) => server.setStatus(user, 'locked'),
    outcome: 'not_eligible: locked',
    unlock: false,
  },
  {
    name: 'another person under the same name',
    happen: async (server, { dn, username }) => {
      await server.modify(
        `dn: ${dn}\nchangetype: modrdn\nnewrdn: cn=${username} before\ndeleteoldrdn: 0\n`,
      )
      await server.modify(
        ldifEntry(dn, {
          objectClass: 'inetOrgPerson',
          uid: username,
          cn: username,
          sn: username,
          userPassword: 'The-Other-Person-1',
        }),
      )
    },
    outcome: 'conflict: changed_during_write',
  },
]

describeWithServer(
  'slapd',
  'a write on OpenLDAP that is repeated because the entry does not stand still',
  () => {
    let server: DirectoryServer
    let proxy: FaultProxy
    let beforeWrite: ((write: number) => void) | undefined
    let dialect: Dialect
    beforeAll(async () => {
      server = await startOpenLdap()
      proxy = await startFaultProxy({ to: server.ldaps })
      const site = openLdap({
        privilegedGroups: [server.privilegedGroupDn],
        defaultPolicy: 'cn=default,ou=policies,dc=example,dc=test',
        userFilter: '(&(objectClass=person)(!(givenName=robot)))',
        extraAttributes: ['employeeType', 'modifyTimestamp'],
        status: (entry, status) => (text(entry, 'employeeType') === 'left' ? 'suspended' : status),
        privileged: (entry) => text(entry, 'employeeType') === 'board',
      })
      dialect = {
        ...site,
        replace: (order) => announcing(site.replace(order), (write) => beforeWrite?.(write)),
      }
    })
    afterAll(async () => {
      await proxy.stop()
      await server.stop()
    })

    it.each(changes)('is $outcome after $name', async ({ happen, outcome, unlock }) => {
      const url = `ldaps://${proxy.host}:${proxy.port}`
      const store = ldapUserStore({
        ...storeOptions(server),
        url,
        dialect,
        unlock,
        operationTimeoutMs: 30_000,
      })
      const user = await server.createUser({ displayName: 'Kim Kind' })
      const { id, version } = await lookUp(store, user)
      let writes = 0
      beforeWrite = (write) => {
        writes = write
        const stall = proxy.stall('to_server')
        void stall.holding
          .then(() =>
            write < lastWrite
              ? replaced({ description: `edit ${write}` })(server, user)
              : happen(server, user),
          )
          .finally(stall.release)
      }
      const result = await resetUser(store, { id, version })
      beforeWrite = undefined
      store.close()
      expect(refusal(result)).toBe(outcome)
      expect(writes).toBe(lastWrite)
      expect((await storedValue(server, user.dn, 'pwdReset')) === 'TRUE').toBe(
        outcome === 'applied',
      )
    })
  },
)
