import {
  type DirectoryServer,
  ldifEntry,
  ldifReplace,
  start389Ds,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { text } from '../connection/entry.ts'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, resetUser } from '../fixtures/reset-user.ts'
import { openLdap } from '../openldap/dialect.ts'
import { type LdapUserStore, ldapUserStore } from './ldap-user-store.ts'

const active = { status: 'active', statusReason: undefined, mustChange: false }
const pending = { status: 'pending', statusReason: undefined, mustChange: true }
const ended = { status: 'suspended', statusReason: 'ended' }
const disabled = { status: 'suspended', statusReason: 'disabled' }
const locked = { status: 'active', statusReason: 'locked', locked: true }

for (const [name, start, accounts] of [
  [
    'slapd',
    () => startOpenLdap(),
    {
      active,
      pending,
      locked,
      expired: ended,
      disabled: { status: 'suspended', statusReason: 'blocked' },
    },
  ],
  [
    'samba',
    () => startSambaAd(),
    { active, pending, locked, disabled, expired: ended, neverExpires: active },
  ],
  ['389ds', () => start389Ds(), { active, pending, disabled, locked }],
] as const) {
  describeWithServer(name, `an account on ${name}, as an operator sees it`, () => {
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

    it.each(Object.entries(accounts))('has the reason of its status: %s', async (sample, shown) => {
      const known = server.sampleNames.find((one) => one === sample)
      const user = known && (await lookUp(store, server.user(known)))
      expect(user).toMatchObject(shown)
      expect((await store.find(user?.id ?? ''))?.user).toEqual(user)
    })

    it('has to choose a new password after a reset', async () => {
      const user = await server.createUser()
      expect((await lookUp(store, user)).mustChange).toBe(false)
      expect((await resetUser(store, user)).ok).toBe(true)
      expect((await lookUp(store, user)).mustChange).toBe(true)
    })

    it('has a place in the organisation, which is not part of its version', async () => {
      const user = await server.createUser()
      const before = await lookUp(store, user)
      expect(before.place).toBeUndefined()
      const berlin = `ou=Berlin,${server.peopleDn}`
      const ward = `ou=Ward 3B,${berlin}`
      for (const [dn, ou] of [
        [berlin, 'Berlin'],
        [ward, 'Ward 3B'],
      ] as const)
        await server.modify(ldifEntry(dn, { objectClass: 'organizationalUnit', ou }))
      const [rdn] = user.dn.split(',')
      await server.modify(
        `dn: ${user.dn}\nchangetype: modrdn\n` +
          `newrdn: ${rdn}\ndeleteoldrdn: 1\nnewsuperior: ${ward}\n`,
      )
      const after = await lookUp(store, user)
      expect(after.place).toBe('Berlin / Ward 3B')
      // On 389-ds every edit moves the version, because passwords have no time of their own there.
      if (name !== '389ds') expect(after.version).toBe(before.version)
    })
  })
}

describeWithServer('slapd', 'an account on OpenLDAP, as an operator sees it', () => {
  it('has no reason of the directory where the site gives the status', async () => {
    await using server = await startOpenLdap()
    const store = ldapUserStore({
      ...storeOptions(server),
      dialect: openLdap({
        privilegedGroups: [server.privilegedGroupDn],
        defaultPolicy: server.policyDn,
        extraAttributes: ['employeeType'],
        status: (entry, status) => (text(entry, 'employeeType') === 'left' ? 'deleted' : status),
      }),
    })
    const user = await server.createUser({ status: 'disabled' })
    expect(await lookUp(store, user)).toMatchObject({ statusReason: 'blocked' })
    await server.modify(ldifReplace(user.dn, { employeeType: 'left' }))
    const shown = await lookUp(store, user)
    store.close()
    expect([shown.status, shown.statusReason]).toEqual(['deleted', undefined])
  })

  it('need not choose a new password where its policy does not make users', async () => {
    await using server = await startOpenLdap()
    const store = ldapUserStore({
      ...storeOptions(server),
      dialect: dialectOf(server.product, server.privilegedGroupDn),
      cacheMs: 0,
    })
    const user = await server.createUser({ status: 'pending' })
    expect((await lookUp(store, user)).mustChange).toBe(true)
    await server.modify(ldifReplace(server.policyDn, { pwdMustChange: 'FALSE' }))
    const { mustChange } = await lookUp(store, user)
    store.close()
    expect([mustChange, await server.canSignIn(user.dn, user.password)]).toEqual([false, 'ok'])
  })
})
