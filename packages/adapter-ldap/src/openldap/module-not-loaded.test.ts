import { startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { diagnose } from '../diagnosis/diagnose.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { resetUser } from '../fixtures/reset-user.ts'
import { ldapUserStore, openLdap } from '../index.ts'

describeWithServer('slapd', 'an OpenLDAP without the module ppolicy', () => {
  it.each([
    [true, 'policy_unknown', /no overlay ppolicy, load that module/],
    [false, 'no_password_policy', /Load the module ppolicy/],
  ] as const)(
    'resets nobody and says the cause, must-change being %s',
    async (requireMustChange, key, cure) => {
      await using server = await startOpenLdap({ overlayOn: 'not_loaded' })
      const options = {
        ...storeOptions(server),
        dialect: openLdap({
          privilegedGroups: [server.privilegedGroupDn],
          defaultPolicy: 'cn=default,ou=policies,dc=example,dc=test',
        }),
      }
      const user = await server.createUser()
      const store = ldapUserStore(options)
      const result = await resetUser(store, user, { requireMustChange })
      store.close()
      expect(result).toMatchObject({
        code: 'must_change_ineffective',
        detail: { key, cure: expect.stringMatching(cure) },
      })
      expect(await diagnose(options)).toContainEqual(
        expect.objectContaining({
          check: 'product',
          level: 'problem',
          message: expect.stringContaining('overlay is not loaded'),
        }),
      )
      expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
    },
  )
})
