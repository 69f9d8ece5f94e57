import { type DirectoryServer, start389Ds, startOpenLdap, startSambaAd } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { blindAfterWrite } from '../fixtures/meddling-dialect.ts'
import { resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { ldapUserStore } from './ldap-user-store.ts'

for (const [name, start] of [
  ['slapd', () => startOpenLdap()],
  ['samba', () => startSambaAd()],
  ['389ds', () => start389Ds()],
] as const) {
  describeWithServer(name, `a reset on ${name} whose effect nobody can see`, () => {
    let server: DirectoryServer
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.stop())

    it('happens, and its receipt claims neither must-change nor a lifted lock', async () => {
      const user = await server.createUser({ status: 'locked' })
      const dialect = dialectOf(server.product, server.privilegedGroupDn)
      const store = ldapUserStore({ ...storeOptions(server), dialect: blindAfterWrite(dialect) })
      const result = await resetUser(store, user)
      store.close()
      expect(result).toMatchObject({
        ok: true,
        receipt: {
          mustChange: 'unproven',
          unlocked: false,
          unreadRules: expect.arrayContaining(['state_after_reset']),
        },
      })
      expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('must_change')
    })
  })
}
