import {
  type DirectoryServer,
  ldifReplace,
  type SampleUser,
  start389Ds,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser } from '../fixtures/reset-user.ts'
import {
  type LdapUserStore,
  type LdapUserStoreOptions,
  ldapUserStore,
  noPrivilegedUsers,
  openLdap,
} from '../index.ts'

/**
 * What happens to an account after it was looked up, authorized and audited, and before its
 * password is written.
 */
interface Change {
  readonly name: string
  happen(server: DirectoryServer, user: SampleUser): Promise<unknown>
  readonly refused: string
  readonly options?: Partial<LdapUserStoreOptions>
}

const disabled: Change = {
  name: 'disabled',
  happen: (server, user) => server.setStatus(user, 'disabled'),
  refused: 'not_eligible: status',
}
const everywhere: readonly Change[] = [
  {
    name: 'given another name',
    happen: (server, { dn }) => server.modify(ldifReplace(dn, { displayName: 'Somebody Else' })),
    refused: 'conflict: changed_during_write',
  },
  {
    name: 'moved out of the base',
    happen: (server, { dn }) =>
      server.modify(
        `dn: ${dn}\nchangetype: modrdn\nnewrdn: ${dn.split(',')[0]}\ndeleteoldrdn: 1\n` +
          `newsuperior: ${elsewhere(server)}\n`,
      ),
    refused: 'user_not_found: ',
  },
]
const privileged: Change = {
  name: 'made privileged',
  happen: (server, { dn }) =>
    server.modify(
      `dn: ${server.privilegedGroupDn}\nchangetype: modify\nadd: member\nmember: ${dn}\n`,
    ),
  refused: 'conflict: changed_during_write',
}
const locked: Change = {
  name: 'locked by failed sign-ins, where locks are to stay',
  happen: async (server, { dn }) => {
    while ((await server.canSignIn(dn, 'not the password')) !== 'locked');
  },
  refused: 'not_eligible: locked',
  options: { unlock: false },
}
const flagged = (name: string, values: Record<string, string>, refused: string): Change => ({
  name,
  happen: (server, { dn }) => server.modify(ldifReplace(dn, values)),
  refused,
})

const relaxed = flagged(
  'given a policy without must-change',
  { pwdPolicySubentry: 'cn=no-must-change,ou=policies,dc=example,dc=test' },
  'must_change_ineffective: policy_without_must_change',
)
const withoutGroups = {
  dialect: openLdap({
    privilegedGroups: noPrivilegedUsers,
    defaultPolicy: 'cn=default,ou=policies,dc=example,dc=test',
  }),
}
/** Comes last: the policy stays as it is then. */
const policyRelaxed: Change = {
  name: 'left with a policy that lost its must-change',
  happen: (server) =>
    server.modify(
      ldifReplace('cn=default,ou=policies,dc=example,dc=test', { pwdMustChange: 'FALSE' }),
    ),
  refused: 'must_change_ineffective: policy_without_must_change',
}

function elsewhere({ privilegedGroupDn }: DirectoryServer): string {
  return privilegedGroupDn.slice(privilegedGroupDn.indexOf(',') + 1)
}

for (const [name, start, changes] of [
  [
    'slapd',
    () => startOpenLdap(),
    [
      { ...disabled, refused: 'not_eligible: account_blocked' },
      ...everywhere,
      locked,
      privileged,
      relaxed,
      {
        ...relaxed,
        name: `${relaxed.name}, where no groups are looked at`,
        options: withoutGroups,
      },
      policyRelaxed,
    ],
  ],
  [
    'samba',
    () => startSambaAd(),
    [
      { ...disabled, refused: 'not_eligible: account_disabled' },
      ...everywhere,
      privileged,
      flagged('expired', { accountExpires: '132000000000000000' }, 'not_eligible: account_expired'),
      flagged('given adminCount', { adminCount: '1' }, 'conflict: changed_during_write'),
      flagged(
        'given a service',
        { servicePrincipalName: 'HTTP/meanwhile.ad.test' },
        'conflict: changed_during_write',
      ),
      flagged(
        'freed from ever changing the password',
        { userAccountControl: '66048' },
        'must_change_ineffective: password_never_expires',
      ),
    ],
  ],
  [
    '389ds',
    () => start389Ds(),
    [{ ...disabled, refused: 'not_eligible: account_disabled' }, ...everywhere, privileged, locked],
  ],
] as const) {
  describeWithServer(
    name,
    `an account on ${name} that changes between the look and the write`,
    () => {
      let server: DirectoryServer
      let store: LdapUserStore
      let lateMs = 0
      const storeWith = (options: Change['options']) =>
        ldapUserStore({
          ...storeOptions(server),
          dialect: dialectOf(server.product, server.privilegedGroupDn),
          now: () => Date.now() + lateMs,
          ...options,
        })
      beforeAll(async () => {
        server = await start()
      })
      afterAll(() => server.stop())

      it.each(changes)('is not reset when it is $name', async ({ happen, refused, options }) => {
        store = storeWith(options)
        const user = await server.createUser()
        const { id, version } = await lookUp(store, user)
        const audit = async ({ type }: { readonly type: string }) => {
          if (type !== 'reset.attempted') return
          await happen(server, user)
          // What was read less than 10 ms before a write is not always read again. The tools above
          // take longer than that, but need not.
          lateMs += 10
        }
        const result = await resetUser(store, { id, version }, { audit })
        store.close()
        expect(refusal(result)).toBe(refused)
      })
    },
  )
}
