import { type DirectoryServer, ldifEntry, start389Ds, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { openLdap } from '../openldap/dialect.ts'
import { type LdapUserStore, ldapUserStore } from './ldap-user-store.ts'

for (const [name, start, disabled, expired] of [
  ['slapd', () => startOpenLdap(), 'account_blocked', ['expired']],
  ['389ds', () => start389Ds(), 'account_disabled', []],
] as const) {
  describeWithServer(name, `a reset on ${name}`, () => {
    let server: DirectoryServer
    let store: LdapUserStore
    beforeAll(async () => {
      server = await start()
      store = storeWith()
    })
    afterAll(async () => {
      store.close()
      await server.stop()
    })

    function storeWith(others: Partial<Parameters<typeof ldapUserStore>[0]> = {}): LdapUserStore {
      return ldapUserStore({
        ...storeOptions(server),
        dialect: dialectOf(server.product, server.privilegedGroupDn),
        ...others,
      })
    }
    const everything = async (dn: string) =>
      [...((await server.read(dn))?.attributes ?? [])]
        .map(([key, values]) => `${key}=${values.map((value) => value.toString('hex'))}`)
        .join('\n')

    it.each([
      ['neverExpires', 'must_change_ineffective: policy_without_must_change'],
      ['disabled', `not_eligible: ${disabled}`],
      ['privileged', 'privileged_user: privileged_member'],
      ['nestedPrivileged', 'privileged_user: privileged_member'],
      ...expired.map((account) => [account, 'not_eligible: account_expired'] as const),
    ] as const)('changes nothing for the account %s', async (account, expected) => {
      const user = server.user(account)
      const before = await everything(user.dn)
      expect(refusal(await resetUser(store, user))).toBe(expected)
      expect(await everything(user.dn)).toBe(before)
    })

    it('sees a member whose name carries a unique identifier (Name and Optional UID)', async () => {
      const user = await server.createUser()
      const group = server.privilegedGroupDn.replace(/^[^,]+/, 'cn=unique')
      await server.modify(
        ldifEntry(group, {
          objectClass: 'groupOfUniqueNames',
          cn: 'unique',
          uniqueMember: `${user.dn}#'0101'B`,
        }),
      )
      const unique = storeWith({ dialect: dialectOf(server.product, group), bind: server.admin })
      expect(refusal(await resetUser(unique, user))).toBe('privileged_user: privileged_member')
      unique.close()
    })

    it('sees members of a posixGroup by uid, be it privileged itself or nested', async () => {
      const [member, added, other] = [
        await server.createUser(),
        await server.createUser(),
        await server.createUser(),
      ]
      const [posix, outer] = ['posix', 'outer'].map((cn) =>
        server.privilegedGroupDn.replace(/^[^,]+/, `cn=${cn}`),
      )
      if (posix === undefined || outer === undefined) throw new Error('There are two.')
      const names = {
        objectClass: 'posixGroup',
        cn: 'posix',
        gidNumber: '4711',
        memberUid: member.username.toUpperCase(),
      }
      await server.modify(ldifEntry(posix, names))
      await server.modify(
        ldifEntry(outer, { objectClass: 'groupOfNames', cn: 'outer', member: posix }),
      )
      for (const group of [posix, outer]) {
        const guarded = storeWith({ dialect: dialectOf(server.product, group) })
        expect(refusal(await resetUser(guarded, member))).toBe('privileged_user: privileged_member')
        expect(await guarded.find((await lookUp(guarded, added)).id)).toMatchObject({
          user: { privileged: group === outer },
        })
        // The cache knows the group by now, and the member is seen all the same.
        if (group === posix)
          await server.modify(
            `dn: ${posix}\nchangetype: modify\nadd: memberUid\nmemberUid: ${added.username}\n`,
          )
        expect(refusal(await resetUser(guarded, added))).toBe('privileged_user: privileged_member')
        expect(refusal(await resetUser(guarded, other))).toBe('applied')
        guarded.close()
      }
    })

    it('unlocks what failed sign-ins locked, and is refused if that is switched off', async () => {
      const user = await server.createUser({ status: 'locked' })
      const keeping = storeWith({ unlock: false })
      const before = await everything(user.dn)
      expect(refusal(await resetUser(keeping, user))).toBe('not_eligible: locked')
      expect(await everything(user.dn)).toBe(before)
      keeping.close()
      const lifted = await resetUser(store, user)
      expect(lifted.ok && lifted.receipt.unlocked).toBe(true)
      expect(await server.canSignIn(user.dn, temporaryPassword(lifted))).toBe('must_change')
    })

    it('leaves no must-change where none is asked for, and says so', async () => {
      const user = await server.createUser({ status: 'pending' })
      const result = await resetUser(store, user, { requireMustChange: false })
      expect(result.ok && result.receipt.mustChange).toBe('off')
      expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('ok')
      expect(await server.canSignIn(user.dn, user.password)).toBe('refused')
    })

    it.each(['nonAscii', 'comma', 'hostile', 'long', 'bare', 'second'] as const)(
      'finds and resets the account %s',
      async (account) => {
        const user = server.user(account)
        const found = await lookUp(store, user)
        expect(found).toMatchObject({
          username: user.username,
          status: 'active',
          privileged: false,
        })
        expect(
          await server.canSignIn(user.dn, temporaryPassword(await resetUser(store, user))),
        ).toBe('must_change')
      },
    )

    it('follows an account that is renamed between the look and the write', async () => {
      const user = await server.createUser()
      const found = await lookUp(store, user)
      await server.modify(
        `dn: ${user.dn}\nchangetype: modrdn\n` +
          `newrdn: cn=renamed ${user.username}\ndeleteoldrdn: 0\n`,
      )
      const temporary = temporaryPassword(await resetUser(store, { id: found.id }))
      expect(
        await server.canSignIn(`cn=renamed ${user.username},${server.peopleDn}`, temporary),
      ).toBe('must_change')
    })

    it('lists by status, and nobody outside its base', async () => {
      const { users } = await store.list({ statuses: ['suspended'], limit: 200 })
      expect(users.map(({ username }) => username)).toContain('dora.dietrich')
      expect(users.every(({ status }) => status === 'suspended')).toBe(true)
      const narrow = storeWith({ baseDn: server.user('second').dn })
      expect((await narrow.list({})).users.map(({ username }) => username)).toEqual([
        'boris.brandt',
      ])
      expect(await narrow.find((await lookUp(store, server.user('active'))).id)).toBeUndefined()
      narrow.close()
    })
  })
}

describeWithServer('slapd', 'a reset on an OpenLDAP whose policy is not known', () => {
  it('is refused before any change, and possible where must-change is not asked for', async () => {
    await using server = await startOpenLdap()
    const store = ldapUserStore({
      ...storeOptions(server),
      dialect: openLdap({ privilegedGroups: [server.privilegedGroupDn] }),
    })
    const user = await server.createUser()
    expect(refusal(await resetUser(store, user))).toBe('must_change_ineffective: policy_unknown')
    expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
    const result = await resetUser(store, user, { requireMustChange: false })
    expect(result.ok && result.receipt).toMatchObject({
      mustChange: 'off',
      unreadRules: ['ppolicy'],
    })
    expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('ok')
    store.close()
  })
})
