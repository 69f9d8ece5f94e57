import { withWrite } from '@force-reset/core/testing'
import {
  type DirectoryServer,
  ldifReplace,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { type LdapUserStore, ldapUserStore } from './ldap-user-store.ts'

for (const [name, start] of [
  // Without a lock every failure is written, so the entry never stands still.
  ['slapd', () => startOpenLdap({ policy: { pwdMaxFailure: null, pwdLockout: 'FALSE' } })],
  ['samba', () => startSambaAd()],
] as const) {
  describeWithServer(name, `an account on ${name} that does not stand still`, () => {
    let server: DirectoryServer
    let store: LdapUserStore
    beforeAll(async () => {
      server = await start()
      store = ldapUserStore({
        ...storeOptions(server),
        dialect: dialectOf(server.product, server.privilegedGroupDn),
      })
    })
    afterAll(async () => {
      store.close()
      await server.stop()
    })

    /** Something happens to the account again and again, from before the write until after it. */
    const during = async <T>(
      event: () => Promise<unknown>,
      work: () => Promise<T>,
    ): Promise<{ result: T; events: number }> => {
      let going = true
      let events = 0
      const loop = (async () => {
        while (going) {
          await event()
          events += 1
        }
      })()
      await event()
      const result = await work()
      going = false
      await loop
      return { result, events }
    }

    it('is reset while its user keeps failing to sign in', async () => {
      const user = await server.createUser()
      const { id, version } = await lookUp(store, user)
      const { result, events } = await during(
        () => server.canSignIn(user.dn, 'not the password'),
        () => resetUser(store, { id, version }),
      )
      expect(refusal(result)).toBe('applied')
      expect(events).toBeGreaterThan(0)
    })

    it('is reset although failed sign-ins happen just between the look and the write', async () => {
      const user = await server.createUser()
      const { id, version } = await lookUp(store, user)
      const disturbed = withWrite(store, async (write) => {
        await server.canSignIn(user.dn, 'not the password')
        return write()
      })
      const result = await resetUser(disturbed, { id, version })
      expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('must_change')
    })

    it('keeps its version through failed and successful sign-ins and unrelated edits', async () => {
      const user = await server.createUser()
      const { version } = await lookUp(store, user)
      await server.canSignIn(user.dn, 'not the password')
      await server.canSignIn(user.dn, user.password)
      await server.modify(
        ldifReplace(user.dn, { description: 'an edit that no operator decides on' }),
      )
      expect((await lookUp(store, user)).version).toBe(version)
      await server.modify(ldifReplace(user.dn, { displayName: 'Somebody Else' }))
      expect((await lookUp(store, user)).version).not.toBe(version)
    })

    it('is not reset when it is deleted between the look and the write', async () => {
      const user = await server.createUser()
      const { id, version } = await lookUp(store, user)
      const deleting = withWrite(store, async (write) => {
        await server.deleteUser(user.dn)
        return write()
      })
      const result = await resetUser(deleting, { id, version })
      expect(refusal(result)).toMatch(/^user_not_found/)
      expect(await storedValue(server, user.dn, 'cn')).toBeUndefined()
    })
  })
}
