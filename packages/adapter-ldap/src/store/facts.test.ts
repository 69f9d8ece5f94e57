import { noPrivilegedUsers, type User } from '@force-reset/core'
import {
  type DirectoryServer,
  ldifReplace,
  start389Ds,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { activeDirectory } from '../active-directory/dialect.ts'
import type { Dialect } from '../dialect/dialect.ts'
import type { PersonOptions } from '../dialect/person.ts'
import { toFileTime } from '../dialect/times.ts'
import { ds389 } from '../ds389/dialect.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp } from '../fixtures/reset-user.ts'
import { openLdap } from '../openldap/dialect.ts'
import { type LdapUserStore, ldapUserStore } from './ldap-user-store.ts'

const facts = {
  Title: 'title',
  Manager: 'manager',
  Room: 'physicalDeliveryOfficeName',
  Photo: 'jpegPhoto',
}
const groups = { privilegedGroups: noPrivilegedUsers } as const

interface Product {
  readonly start: () => Promise<DirectoryServer>
  dialect(server: DirectoryServer, options: PersonOptions): Dialect
  /** Whether the directory keeps the end of an account. */
  readonly ends?: (dn: string) => string
  /** `true` for what the test server keeps, and otherwise `undefined`. */
  readonly knows: { readonly passwordTime?: true; readonly signIn?: true }
}

const products = {
  slapd: {
    start: async () => {
      const started = await startOpenLdap()
      await started.modify(ldifReplace(started.policyDn, { pwdLockoutDuration: '1800' }))
      return started
    },
    dialect: ({ baseDn }, options) =>
      openLdap({ ...groups, defaultPolicy: `cn=default,ou=policies,${baseDn}`, ...options }),
    ends: (dn) => ldifReplace(dn, { pwdEndTime: '20991231230000Z' }),
    knows: { passwordTime: true, signIn: true },
  },
  samba: {
    start: () => startSambaAd(),
    dialect: (_, options) => activeDirectory(options),
    ends: (dn) => ldifReplace(dn, { accountExpires: toFileTime(new Date('2099-12-31T23:00:00Z')) }),
    knows: { passwordTime: true, signIn: true },
  },
  '389ds': {
    start: () => start389Ds(),
    dialect: (_, options) => ds389({ ...groups, ...options }),
    knows: {},
  },
} satisfies Record<string, Product>

const momentsOf = ({ passwordSetAt, lockedUntil, endsOn, lastSignIn }: User) => ({
  passwordSetAt,
  lockedUntil,
  endsOn,
  lastSignIn,
})

for (const [name, product] of Object.entries(products) as [keyof typeof products, Product][]) {
  describeWithServer(name, `facts on ${name}`, () => {
    let server: DirectoryServer
    let store: LdapUserStore
    let plain: LdapUserStore
    beforeAll(async () => {
      server = await product.start()
      const on = (options: PersonOptions) =>
        ldapUserStore({
          ...storeOptions(server),
          // The service account of the test servers reads what a reset needs, and no title.
          bind: server.admin,
          dialect: product.dialect(server, options),
        })
      store = on({ facts, moments: true })
      plain = on({})
    })
    afterAll(async () => {
      store.close()
      plain.close()
      await server.stop()
    })

    it('shows facts in the order of the site, and of another entry the name', async () => {
      const user = await server.createUser()
      const boss = server.user('active')
      const change = { title: 'Nurse', manager: boss.dn, physicalDeliveryOfficeName: 'Ward 3B' }
      await server.modify(ldifReplace(user.dn, change))
      const shown = await lookUp(store, user)
      expect(shown.facts).toEqual([
        { name: 'Title', value: 'Nurse' },
        { name: 'Manager', value: boss.dn.split(/[=,]/)[1] },
        { name: 'Room', value: 'Ward 3B' },
      ])
      expect((await store.find(shown.id))?.user).toEqual(shown)
    })

    it('shows no fact and no moment where the site chooses none', async () => {
      const user = await server.createUser()
      await server.modify(ldifReplace(user.dn, { title: 'Nurse' }))
      await server.canSignIn(user.dn, user.password)
      const shown = await lookUp(plain, user)
      expect(shown.facts).toBeUndefined()
      expect(Object.values(momentsOf(shown))).toEqual(Array(4).fill(undefined))
      expect((await lookUp(store, user)).version).toBe(shown.version)
    })

    it.each([
      ['bidi', '\u202eesruN\u2066', '\u202eesruN\u2066'],
      ['html', '<script>alert(1)</script>', '<script>alert(1)</script>'],
      ['long', 'é'.repeat(500), `${'é'.repeat(200)}…`],
      ['no DN here', 'cn=Root,dc=elsewhere', 'cn=Root,dc=elsewhere'],
    ])('takes a hostile value as text: %s', async (kind, value, shown) => {
      // Active Directory holds 128 characters in this attribute.
      const held = name === 'samba' && kind === 'long' ? 'é'.repeat(100) : value
      const user = await server.createUser()
      await server.modify(ldifReplace(user.dn, { title: held }))
      const { facts } = await lookUp(store, user)
      expect(facts?.[0]?.value).toBe(held === value ? shown : held)
    })

    it('shows the first of a thousand values, and no picture', async () => {
      const user = await server.createUser()
      const photo = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0]).toString('base64')
      await server.modify(
        `dn: ${user.dn}\nchangetype: modify\nreplace: jpegPhoto\njpegPhoto:: ${photo}\n`,
      )
      // On Active Directory this attribute has one value.
      const values = Array.from({ length: name === 'samba' ? 1 : 1_000 }, (_, i) => `Nurse ${i}`)
      await server.modify(ldifReplace(user.dn, { title: values }))
      const { facts: shown } = await lookUp(store, user)
      expect(shown).toEqual([{ name: 'Title', value: expect.stringMatching(/^Nurse \d+$/) }])
    })

    it('says when the password was set and when the user last signed in', async () => {
      const before = Date.now() - 2_000
      const user = await server.createUser()
      const chosen = 'Chosen-by-the-user-1!'
      const changed = await server.changeOwnPassword(user.dn, user.password, chosen)
      const password = changed === 'ok' ? chosen : user.password
      expect(await server.canSignIn(user.dn, password)).toBe('ok')
      const { passwordSetAt, lastSignIn } = await lookUp(store, user)
      const isRecent = (date: Date | undefined) =>
        date === undefined ? undefined : date.getTime() >= before && date.getTime() <= Date.now()
      expect(isRecent(passwordSetAt)).toBe(product.knows.passwordTime)
      expect(isRecent(lastSignIn)).toBe(product.knows.signIn)
    })

    it('says when a lock ends, and only while the account is locked', async () => {
      const shown = await lookUp(store, server.user('locked'))
      expect(shown.locked).toBe(true)
      expect(shown.lockedUntil?.getTime()).toBeGreaterThan(Date.now())
      expect((await lookUp(store, server.user('active'))).lockedUntil).toBeUndefined()
    })

    // 389-ds has no such moment.
    if (product.ends)
      it('says when the account ends', async () => {
        const user = await server.createUser()
        await server.modify(product.ends?.(user.dn) ?? '')
        expect((await lookUp(store, user)).endsOn).toEqual(new Date('2099-12-31T23:00:00Z'))
      })
  })
}
