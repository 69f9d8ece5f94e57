import { ldifReplace, startFaultProxy, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser } from '../fixtures/reset-user.ts'
import { noPrivilegedUsers, openLdap } from '../index.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'

const ownPolicy = 'cn=no-must-change,ou=policies,dc=example,dc=test'

describeWithServer(
  'slapd',
  'a policy on OpenLDAP that lost its must-change after the last look at it',
  () => {
    it.each([
      { name: 'the default policy', groups: true, own: false },
      { name: 'the default policy, where nobody is privileged', groups: false, own: false },
      { name: 'a policy that the account names', groups: true, own: true },
      {
        name: 'a policy that the account names, where nobody is privileged',
        groups: false,
        own: true,
      },
    ])('resets nobody: $name', async ({ groups, own }) => {
      await using server = await startOpenLdap()
      await using proxy = await startFaultProxy({ to: server.ldaps })
      proxy.gather('to_server')
      const policyDn = own ? ownPolicy : server.policyDn
      await server.modify(ldifReplace(policyDn, { pwdMustChange: 'TRUE' }))
      const frozenAt = Date.now() + 2_000
      const store = ldapUserStore({
        ...storeOptions(server),
        url: `ldaps://${proxy.host}:${proxy.port}`,
        dialect: openLdap({
          privilegedGroups: groups ? [server.privilegedGroupDn] : noPrivilegedUsers,
          defaultPolicy: server.policyDn,
        }),
        // Nothing gets old: neither what is in the cache, nor the look before the write.
        now: () => frozenAt,
      })
      const attributes = own ? { pwdPolicySubentry: ownPolicy } : {}
      expect(refusal(await resetUser(store, await server.createUser({ attributes })))).toBe(
        'applied',
      )
      const user = await server.createUser({ attributes })
      const other = await server.createUser({ attributes })
      const before = proxy.roundTrips
      const { id, version } = await lookUp(store, other)
      expect(refusal(await resetUser(store, { id, version }))).toBe('applied')
      // One to list it, one to find it, one for a policy that no other entry told, one to write.
      expect(proxy.roundTrips - before).toBe(own ? 4 : 3)
      await server.modify(ldifReplace(policyDn, { pwdMustChange: 'FALSE' }))
      expect(refusal(await resetUser(store, user))).toBe(
        'must_change_ineffective: policy_without_must_change',
      )
      expect(await storedValue(server, user.dn, 'pwdReset')).toBeUndefined()
      store.close()
    })
  },
)
