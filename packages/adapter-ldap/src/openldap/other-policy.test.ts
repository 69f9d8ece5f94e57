import { ldifReplace, type OpenLdapServer, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { resetUser } from '../fixtures/reset-user.ts'
import { openLdap } from '../index.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'

const suffix = 'dc=example,dc=test'
const gone = `cn=gone,ou=policies,${suffix}`

describeWithServer(
  'slapd',
  'an OpenLDAP whose accounts have another policy than one thinks',
  () => {
    let server: OpenLdapServer
    beforeAll(async () => {
      server = await startOpenLdap()
    })
    afterAll(() => server.stop())
    const optionsFor = (defaultPolicy: string) => ({
      ...storeOptions(server),
      dialect: openLdap({ privilegedGroups: [server.privilegedGroupDn], defaultPolicy }),
    })

    it('is refused where the account names a policy that does not exist', async () => {
      const user = await server.createUser()
      await server.modify(ldifReplace(user.dn, { pwdPolicySubentry: gone }))
      const store = ldapUserStore(optionsFor(server.policyDn))
      const result = await resetUser(store, user)
      store.close()
      expect(result).toMatchObject({
        code: 'must_change_ineffective',
        detail: {
          key: 'own_policy_unreadable',
          what: expect.stringContaining(gone),
          parameters: { policy: gone },
        },
      })
      // slapd itself: no policy at all, so nobody is made to choose a password.
      await server.modify(ldifReplace(user.dn, { userPassword: 'short', pwdReset: 'TRUE' }))
      expect(await server.canSignIn(user.dn, 'short')).toBe('ok')
    })
  },
)
