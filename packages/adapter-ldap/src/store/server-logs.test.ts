import { expectNoLeak, LeakError } from '@force-reset/core/testing'
import {
  type DirectoryServer,
  ldifReplace,
  searchFiles,
  start389Ds,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { ldapUserStore } from './ldap-user-store.ts'

const planted = 'planted-canary-4711'

/**
 * The temporary password of a reset; the careless text is what an administrator writes into an
 * ordinary attribute meanwhile.
 */
async function resetOn(server: DirectoryServer): Promise<string> {
  const store = ldapUserStore({
    ...storeOptions(server),
    dialect: dialectOf(server.product, server.privilegedGroupDn),
  })
  const user = await server.createUser()
  const password = temporaryPassword(await resetUser(store, user))
  store.close()
  await server.modify(ldifReplace(user.dn, { description: planted }))
  return password
}

/**
 * Searches everything that a server has written: its log in the encodings of embedders, and all of
 * its files. Answers where the careless text is.
 */
async function expectNotWritten(
  server: DirectoryServer,
  password: string,
): Promise<readonly string[]> {
  await expectNoLeak({ secret: password, surfaces: { log: () => server.log() } })
  const { sightings } = await searchFiles([server.folder], [password, planted])
  expect(sightings.filter(({ secret }) => secret === 0)).toEqual([])
  return sightings.map(({ file }) => file.slice(server.folder.length + 1))
}

async function expectWritten(server: DirectoryServer, password: string): Promise<void> {
  await expect(
    expectNoLeak({ secret: password, surfaces: { log: () => server.log() } }),
  ).rejects.toThrow(LeakError)
}

/** Levels after slapd(8)'s `-d`: the two that print what is sent, and all the others together. */
const slapdLevels = { packets: 2, ber: 16, others: 0xffff & ~(2 | 16) } as const

describeWithServer('slapd', 'what slapd writes down of a reset', () => {
  it('is the temporary password at the two levels that print what is sent only', async () => {
    await using server = await startOpenLdap({ logLevel: slapdLevels.others })
    const written = await expectNotWritten(server, await resetOn(server))
    expect(written).toContain('data/data.mdb')
    expect((await server.log()).includes('MOD attr=userPassword')).toBe(true)
    for (const logLevel of [slapdLevels.packets, slapdLevels.ber]) {
      await server.restart({ logLevel })
      await expectWritten(server, await resetOn(server))
    }
  })
})

/** Levels of 389-ds' error log: the calls of functions; and all the others together. */
const ds389Levels = {
  trace: 1,
  others: 2 | 4 | 8 | 32 | 64 | 128 | 2_048 | 8_192 | 32_768 | 65_536 | 262_144,
} as const

describeWithServer('389ds', 'what 389 Directory Server writes down of a reset', () => {
  it('is the temporary password only where the error log holds calls of functions', async () => {
    await using server = await start389Ds()
    // Set while it runs: to start with all of them takes ten times as long.
    const logAt = (level: number) =>
      server.modify(ldifReplace('cn=config', { 'nsslapd-errorlog-level': String(level) }))
    await logAt(ds389Levels.others)
    expect(await expectNotWritten(server, await resetOn(server))).toContain('logs/audit')
    await logAt(ds389Levels.trace)
    await expectWritten(server, await resetOn(server))
  })
})

describeWithServer('samba', 'what Samba writes down of a reset', () => {
  it('is never the temporary password, at any level of its log', async () => {
    await using server = await startSambaAd({ logLevel: 100 })
    expect(await expectNotWritten(server, await resetOn(server))).toContain('samba.log')
    expect((await server.log()).includes('REDACTED SECRET ATTRIBUTE')).toBe(true)
  })
})
