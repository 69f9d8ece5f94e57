import { type DirectoryServer, start389Ds, startOpenLdap, startSambaAd } from '@force-reset/testing'
import { expectFairRaces, expectUnfairRaces, forgetful, racerOf } from '@force-reset/testing/races'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { directoryTrack, startDirectoryRacer } from '../fixtures/race-track.ts'
import { type LdapUserStore, ldapUserStore } from '../store/ldap-user-store.ts'

// More at once are more orders than a test can look through.
const widest = 2

for (const [name, start, runs] of [
  // A generation of these two lasts a second, and a reset waits for the next one.
  ['slapd', () => startOpenLdap(), 4],
  ['389ds', () => start389Ds(), 4],
  ['samba', () => startSambaAd(), 8],
] as const) {
  describeWithServer(name, `races on ${name}`, () => {
    let server: DirectoryServer
    const stores: LdapUserStore[] = []
    const open = (): LdapUserStore => {
      const dialect = dialectOf(server.product, server.privilegedGroupDn)
      const store = ldapUserStore({ ...storeOptions(server), dialect })
      stores.push(store)
      return store
    }
    beforeAll(async () => {
      server = await start()
    })
    afterAll(async () => {
      for (const store of stores) store.close()
      await server.stop()
    })

    it('are fair between two stores', async () => {
      const racers = [racerOf(open()), racerOf(open())]
      await expectFairRaces(directoryTrack(server, open(), racers), { runs, widest })
    })

    it('are fair between two processes', async () => {
      await using one = startDirectoryRacer(server)
      await using other = startDirectoryRacer(server)
      await expectFairRaces(directoryTrack(server, open(), [one, other]), {
        runs: runs / 2,
        widest,
      })
    })

    it('find a store that forgets what the operator had seen', async () => {
      const track = directoryTrack(server, open(), [racerOf(forgetful(open()))])
      await expectUnfairRaces(track, { runs: 40, widest })
    })
  })
}
