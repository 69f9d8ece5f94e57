import { type DirectoryServer, start389Ds, startOpenLdap, startSambaAd } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { refusal, resetUser } from '../fixtures/reset-user.ts'
import { activeDirectory, type Dialect, diagnose, ds389, ldapUserStore, noPrivilegedUsers, openLdap } from '../index.ts'

const byName = { attributes: { username: 'cn' }, searchAttributes: ['cn'] }
/** It is no `person` on these. */
const everybody = { ...byName, userFilter: '(objectClass=*)', privilegedGroups: noPrivilegedUsers } as const

/** What each product lets the operator account sign in as, besides its DN. */
const products: readonly (readonly ['slapd' | 'samba' | '389ds', () => Promise<DirectoryServer>, Dialect, readonly string[]])[] = [
  ['slapd', () => startOpenLdap(), openLdap({ ...everybody, defaultPolicy: 'cn=default,ou=policies,dc=example,dc=test' }), []],
  ['samba', () => startSambaAd(), activeDirectory(byName), ['helpdesk@ad.test', 'ADTEST\\helpdesk']],
  ['389ds', () => start389Ds(), ds389(everybody), []],
]

for (const [name, start, dialect, others] of products) {
  describeWithServer(name, `the operator account on ${name}, where the base holds it`, () => {
    let server: DirectoryServer
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.stop())

    it('is privileged, whatever it signs in as, and is not reset', async () => {
      const { dn, password } = server.operator
      const cn = /^cn=([^,]+)/i.exec(dn)?.[1] ?? ''
      for (const spelling of [dn, dn.toUpperCase(), dn.replaceAll(',', ' , '), ...others]) {
        const store = ldapUserStore({ ...storeOptions(server), baseDn: server.baseDn, dialect, bind: { dn: spelling, password } })
        const { users } = await store.list({ search: cn })
        const own = users.find(({ username }) => username === cn)
        expect(own).toMatchObject({ privileged: true })
        expect(refusal(await resetUser(store, { id: own?.id ?? '' }))).toBe('privileged_user: ')
        store.close()
      }
    })

    it('is reported by the diagnosis', async () => {
      const findings = await diagnose({ ...storeOptions(server), baseDn: server.baseDn, dialect })
      expect(findings.find(({ check }) => check === 'base')).toMatchObject({
        level: 'problem',
        message: expect.stringContaining('operator account'),
      })
      expect(findings.find(({ check }) => check === 'users')?.message).toMatch(/accounts were looked at/)
    })
  })
}
