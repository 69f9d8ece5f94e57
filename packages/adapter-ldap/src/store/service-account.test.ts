import { inspect } from 'node:util'
import {
  type DirectoryServer,
  ldifReplace,
  start389Ds,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { refusal, resetUser } from '../fixtures/reset-user.ts'
import {
  activeDirectory,
  type Dialect,
  diagnose,
  ds389,
  ldapUserStore,
  noPrivilegedUsers,
  openLdap,
} from '../index.ts'

const byName = { attributes: { username: 'cn' }, searchAttributes: ['cn'] }
/** It is no `person` on these. */
const everybody = {
  ...byName,
  userFilter: '(objectClass=*)',
  privilegedGroups: noPrivilegedUsers,
} as const

type Attributes = Readonly<Record<string, string>>

/**
 * The names, besides its DN, that each product lets the service account sign in with. The last
 * field is the change that makes the service account choose a new password first.
 */
const products: readonly (readonly [
  'slapd' | 'samba' | '389ds',
  () => Promise<DirectoryServer>,
  Dialect,
  readonly string[],
  Attributes,
])[] = [
  [
    'slapd',
    () => startOpenLdap(),
    openLdap({ ...everybody, defaultPolicy: 'cn=default,ou=policies,dc=example,dc=test' }),
    [],
    { pwdReset: 'TRUE' },
  ],
  [
    'samba',
    () => startSambaAd(),
    activeDirectory(byName),
    ['helpdesk@ad.test', 'ADTEST\\helpdesk'],
    { pwdLastSet: '0' },
  ],
  [
    '389ds',
    () => start389Ds(),
    ds389(everybody),
    [],
    { passwordExpirationTime: '19700101000000Z' },
  ],
]

for (const [name, start, dialect, others, mustChange] of products) {
  describeWithServer(name, `the service account on ${name}, where the base holds it`, () => {
    let server: DirectoryServer
    beforeAll(async () => {
      server = await start()
    })
    afterAll(() => server.stop())

    it('is privileged, whatever it signs in as, and is not reset', async () => {
      const { dn, password } = server.operator
      const cn = /^cn=([^,]+)/i.exec(dn)?.[1] ?? ''
      for (const spelling of [dn, dn.toUpperCase(), dn.replaceAll(',', ' , '), ...others]) {
        const store = ldapUserStore({
          ...storeOptions(server),
          baseDn: server.baseDn,
          dialect,
          bind: { dn: spelling, password },
        })
        const { users } = await store.list({ search: cn })
        const own = users.find(({ username }) => username === cn)
        expect(own).toMatchObject({ privileged: true })
        expect(refusal(await resetUser(store, { id: own?.id ?? '' }))).toBe(
          'privileged_user: own_service_account',
        )
        store.close()
      }
    })

    it('is reported by the diagnosis', async () => {
      const { dn, password } = server.operator
      for (const spelling of [dn, ...others]) {
        const options = { ...storeOptions(server), dialect, bind: { dn: spelling, password } }
        const findings = await diagnose({ ...options, baseDn: server.baseDn })
        expect(findings.filter(({ check }) => check === 'base')).toMatchObject([
          { level: 'problem', message: expect.stringContaining('service account') },
        ])
        expect(findings.find(({ check }) => check === 'users')?.message).toMatch(
          /accounts were looked at/,
        )
        expect((await diagnose(options)).filter(({ check }) => check === 'base')).toMatchObject([
          { level: 'ok' },
        ])
      }
    })

    it.each([
      ['fails', () => Promise.reject(new Error('the vault is closed'))],
      [
        'throws',
        () => {
          throw new Error('the vault is closed')
        },
      ],
      ['gives no password', async () => ({ dn: 'cn=canary', password: '' })],
      ['gives nothing', async () => JSON.parse('null')],
    ])('is missed by name where the function for it %s', async (_, bind) => {
      const store = ldapUserStore({ ...storeOptions(server), dialect, bind })
      const failure = await store.list({}).catch((error: unknown) => error)
      expect(failure).toMatchObject({ code: 'store_denied', detail: { key: 'no_credentials' } })
      expect(inspect(failure)).not.toMatch(/vault|canary/)
    })

    // Active Directory takes names that are no DN for wrong ones.
    if (name !== 'samba')
      it('is told that its name is no DN', async () => {
        const store = ldapUserStore({
          ...storeOptions(server),
          dialect,
          bind: { ...server.operator, dn: 'no name' },
        })
        const detail = {
          key: 'invalid_dn',
          what: expect.stringContaining('that bind gives is no distinguished name'),
        }
        await expect(store.list({})).rejects.toMatchObject({ code: 'store_denied', detail })
      })

    // The others say that it does not exist, and the diagnosis with them.
    if (name === 'slapd')
      it('is told that the base is no DN, where it looks like one', async () => {
        const options = { ...storeOptions(server), dialect, baseDn: 'nosuchtype=x' }
        const detail = { key: 'invalid_dn', parameters: { dn: 'nosuchtype=x' } }
        await expect(ldapUserStore(options).list({})).rejects.toMatchObject({
          code: 'store_denied',
          detail,
        })
        const findings = await diagnose(options)
        expect(findings.find(({ check }) => check === 'base')).toMatchObject({
          level: 'problem',
          message: expect.stringContaining('"nosuchtype=x" is no'),
        })
      })

    it('resets nobody while it has to choose a new password itself, and is told so', async () => {
      await server.modify(ldifReplace(server.operator.dn, mustChange))
      const store = ldapUserStore({ ...storeOptions(server), dialect })
      await expect(store.list({})).rejects.toMatchObject({
        code: 'store_denied',
        detail: { key: 'service_account_must_change' },
      })
      const findings = await diagnose({ ...storeOptions(server), dialect })
      expect(findings.find(({ check }) => check === 'bind')).toMatchObject({
        level: 'problem',
        cure: expect.stringMatching(/choose a password|Set a new password/),
      })
      expect(findings.find(({ check }) => check === 'base')).toMatchObject({ level: 'unknown' })
      store.close()
    })
  })
}
