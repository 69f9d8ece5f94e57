import {
  type DirectoryServer,
  type FaultProxy,
  start389Ds,
  startFaultProxy,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { type Dialect, noPrivilegedUsers, openLdap } from '../index.ts'
import { type LdapUserStore, ldapUserStore } from './ldap-user-store.ts'

const bulkUsers = 100_000

for (const [name, start, trips] of [
  ['slapd', () => startOpenLdap({ bulkUsers }), { reset: 2, heldUp: 3, list: 2, search: 2 }],
  // What a reset did is read back.
  ['samba', () => startSambaAd(), { reset: 3, heldUp: 4, list: 2, search: 2 }],
  // No write is conditional on anything, so the account is read once more before each.
  ['389ds', () => start389Ds(), { reset: 4, heldUp: 4, list: 2, search: 2 }],
] as const) {
  describeWithServer(name, `over a warm connection to ${name}`, () => {
    let server: DirectoryServer
    let proxy: FaultProxy
    let store: LdapUserStore
    // It stands still: a look gets old, and an answer is forgotten, only where a test says so. It
    // is
    // ahead, so that the account's last password was not set within the present second.
    let nowMs = Date.now() + 3_600_000
    const storeWith = (dialect: Dialect) =>
      ldapUserStore({
        ...storeOptions(server),
        url: `ldaps://${proxy.host}:${proxy.port}`,
        dialect,
        now: () => nowMs,
      })
    beforeAll(async () => {
      server = await start()
      proxy = await startFaultProxy({ to: server.ldaps })
      proxy.gather('to_server')
      store = storeWith(dialectOf(server.product, server.privilegedGroupDn))
      // Policies and groups are remembered from here on.
      temporaryPassword(await resetUser(store, await server.createUser()))
    })
    afterAll(async () => {
      store.close()
      await proxy.stop()
      await server.stop()
    })

    const counted = async <T>(
      work: () => Promise<T>,
    ): Promise<{ result: T; roundTrips: number }> => {
      const before = proxy.roundTrips
      const result = await work()
      return { result, roundTrips: proxy.roundTrips - before }
    }

    /** Round trips of one reset. */
    const tripsOfReset = async (audit?: () => void): Promise<number> => {
      const user = await server.createUser()
      const { id, version } = await lookUp(store, user)
      const { result, roundTrips } = await counted(() =>
        resetUser(store, { id, version }, audit && { audit }),
      )
      expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('must_change')
      expect(proxy.connections).toBe(1)
      return roundTrips
    }

    it(`a reset takes ${trips.reset} round trips`, async () => {
      for (let reset = 0; reset < 3; reset += 1) expect(await tripsOfReset()).toBe(trips.reset)
    })

    it(`a reset that was held up since its look takes ${trips.heldUp}`, async () => {
      const heldUp = await tripsOfReset(() => {
        nowMs += 10
      })
      expect(heldUp).toBe(trips.heldUp)
    })

    if (name === 'slapd')
      it('a reset takes 2 round trips, also held up, if nobody is called privileged', async () => {
        const withoutGroups = storeWith(
          openLdap({
            privilegedGroups: noPrivilegedUsers,
            defaultPolicy: 'cn=default,ou=policies,dc=example,dc=test',
          }),
        )
        temporaryPassword(await resetUser(withoutGroups, await server.createUser()))
        const user = await server.createUser()
        const { id, version } = await lookUp(withoutGroups, user)
        const audit = () => {
          nowMs += 10
        }
        const { result, roundTrips } = await counted(() =>
          resetUser(withoutGroups, { id, version }, { audit }),
        )
        withoutGroups.close()
        expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('must_change')
        expect(roundTrips).toBe(2)
      })

    it(`first pages take at most ${trips.list} round trips, also of 100,000 entries`, async () => {
      const { result, roundTrips } = await counted(() => store.list({ limit: 10 }))
      expect(result.users).toHaveLength(10)
      expect(result.truncated).toBe(true)
      expect(roundTrips).toBeLessThanOrEqual(trips.list)
    })

    it(`a search by part of a name finds them in at most ${trips.search} round trips`, async () => {
      const bulk = name === 'slapd'
      const { result, roundTrips } = await counted(() =>
        store.list({ search: bulk ? 'user 00777' : 'anna', limit: 200 }),
      )
      // 0077700 to 0077799, and eleven numbers with these digits elsewhere.
      expect(result.users).toHaveLength(bulk ? 111 : 1)
      expect(result.users.map(({ username }) => username)).toContain(
        bulk ? 'bulk0077742' : 'anna.abel',
      )
      expect(result.truncated).toBe(false)
      expect(roundTrips).toBeLessThanOrEqual(trips.search)
    })
  })
}
