import {
  type DirectoryServer,
  ldifReplace,
  type SampleUser,
  start389Ds,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { diagnose } from '../diagnosis/diagnose.ts'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser } from '../fixtures/reset-user.ts'
import { addAccess } from '../fixtures/samba-domain.ts'
import { ldapUserStore } from './ldap-user-store.ts'

/** The control access right Change Password, denied as the consoles of Active Directory do it. */
const denied = (trustee: 'PS' | 'WD') => `(OD;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;${trustee})`

/** How somebody is kept from choosing a password. */
type Forbid = (server: DirectoryServer, user: SampleUser) => Promise<void>

const forbidden: readonly (readonly [
  'slapd' | 'samba' | '389ds',
  string,
  () => Promise<DirectoryServer>,
  Forbid,
])[] = [
  [
    'slapd',
    'pwdAllowUserChange',
    () => startOpenLdap(),
    (server) =>
      server.modify(
        ldifReplace('cn=default,ou=policies,dc=example,dc=test', { pwdAllowUserChange: 'FALSE' }),
      ),
  ],
  [
    '389ds',
    'passwordChange',
    () => start389Ds(),
    (server) => server.modify(ldifReplace('cn=config', { passwordChange: 'off' })),
  ],
  [
    'samba',
    'an entry of the access list for oneself',
    () => startSambaAd(),
    (server, user) => addAccess(server, user.dn, denied('PS')),
  ],
  [
    'samba',
    'an entry of the access list for everybody',
    () => startSambaAd(),
    (server, user) => addAccess(server, user.dn, denied('WD')),
  ],
]

for (const [name, what, start, forbid] of forbidden) {
  describeWithServer(
    name,
    `an account on ${name} whose user may not choose a password, by ${what}`,
    () => {
      let server: DirectoryServer
      beforeAll(async () => {
        server = await start()
      })
      afterAll(() => server.stop())

      it('is not reset to a password that must be changed, and the diagnosis says so', async () => {
        const options = {
          ...storeOptions(server),
          dialect: dialectOf(server.product, server.privilegedGroupDn),
          cacheMs: 0,
        }
        const store = ldapUserStore(options)
        const user = server.user('active')
        expect(await server.changeOwnPassword(user.dn, user.password, `${user.password}-own`)).toBe(
          'ok',
        )
        await forbid(server, user)
        expect(
          await server.changeOwnPassword(user.dn, `${user.password}-own`, `${user.password}-other`),
        ).toBe('refused')
        const result = await resetUser(store, await lookUp(store, user))
        store.close()
        expect(refusal(result)).toBe('password_rejected: password_change_not_allowed')
        expect(await server.canSignIn(user.dn, `${user.password}-own`)).toBe('ok')
        const findings = (await diagnose(options)).filter(({ check }) => check === 'must_change')
        expect(findings.map(({ message }) => message).join('\n')).toMatch(
          /accounts: The user of this account may not choose a password/,
        )
      })
    },
  )
}

describeWithServer(
  'samba',
  'an account of Active Directory whose access list denies something else',
  () => {
    it('is reset', async () => {
      await using server = await startSambaAd()
      const store = ldapUserStore({
        ...storeOptions(server),
        dialect: dialectOf(server.product, server.privilegedGroupDn),
      })
      const user = server.user('active')
      // Another right for oneself; the same right for somebody else, and for the objects below.
      await addAccess(server, user.dn, '(OD;;CR;00299570-246d-11d0-a768-00aa006e0529;;PS)')
      await addAccess(server, user.dn, denied('WD').replace(';;WD', ';;BG'))
      await addAccess(server, user.dn, denied('PS').replace('OD;;', 'OD;CIIO;'))
      const result = await resetUser(store, await lookUp(store, user))
      store.close()
      expect(refusal(result)).toBe('applied')
    })
  },
)
