import { ldifEntry, ldifReplace, type OpenLdapServer, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'

const policyDn = (name: string) => `cn=${name},ou=policies,dc=example,dc=test`
const idlePolicy = (name: string, pwdLockout: string) =>
  ldifEntry(policyDn(name), {
    ...{
      objectClass: ['device', 'pwdPolicy'],
      cn: name,
      pwdAttribute: 'userPassword',
      pwdMustChange: 'TRUE',
      pwdSafeModify: 'FALSE',
    },
    ...{ pwdMaxIdle: '86400', pwdLockout },
  })

const password = 'The-Password-Of-2020'
const dnOf = (username: string) => `cn=${username},ou=people,dc=example,dc=test`
const person = (username: string, attributes: Readonly<Record<string, string>>) =>
  ldifEntry(dnOf(username), {
    ...{
      objectClass: 'inetOrgPerson',
      uid: username,
      cn: username,
      sn: username,
      userPassword: password,
    },
    ...attributes,
  })

const strict = { pwdPolicySubentry: policyDn('idle') }
const ldif = [
  idlePolicy('idle', 'TRUE'),
  idlePolicy('toothless', 'FALSE'),
  person('idle-since-sign-in', { ...strict, pwdLastSuccess: '20200101000000Z' }),
  person('idle-since-password', { ...strict, pwdChangedTime: '20200101000000Z' }),
  person('idle-revived', { ...strict, pwdLastSuccess: '20200101000000Z' }),
  person('never-used', strict),
  person('not-locked', {
    pwdPolicySubentry: policyDn('toothless'),
    pwdLastSuccess: '20200101000000Z',
  }),
].join('')

describeWithServer(
  'slapd',
  'an account on OpenLDAP that was not used for longer than its policy allows',
  () => {
    let server: OpenLdapServer
    beforeAll(async () => {
      server = await startOpenLdap({ ldif })
    })
    afterAll(() => server.stop())

    const storeOn = () =>
      ldapUserStore({
        ...storeOptions(server),
        dialect: dialectOf(server.product, server.privilegedGroupDn),
      })

    it.each(['idle-since-sign-in', 'idle-since-password'])(
      'is suspended, as slapd refuses it, and is not revived: %s',
      async (username) => {
        const store = storeOn()
        expect(await lookUp(store, { username })).toMatchObject({
          status: 'suspended',
          locked: false,
        })
        expect(refusal(await resetUser(store, { username }))).toBe('not_eligible: account_idle')
        store.close()
        expect(await server.canSignIn(dnOf(username), password)).toBe('locked')
        expect(await storedValue(server, dnOf(username), 'pwdReset')).toBeUndefined()
      },
    )

    it('is active again when an administrator has given it a new password', async () => {
      const [username, next] = ['idle-revived', 'The-Password-Of-Today']
      await server.modify(ldifReplace(dnOf(username), { userPassword: next }))
      const store = storeOn()
      expect((await lookUp(store, { username })).status).not.toBe('suspended')
      store.close()
      expect(await server.canSignIn(dnOf(username), next)).toBe('must_change')
    })

    it.each(['never-used', 'not-locked'])(
      'is active where slapd lets it in all the same: %s',
      async (username) => {
        const store = storeOn()
        expect(await lookUp(store, { username })).toMatchObject({ status: 'active' })
        expect(await server.canSignIn(dnOf(username), password)).toBe('ok')
        const result = await resetUser(store, { username })
        store.close()
        expect(await server.canSignIn(dnOf(username), temporaryPassword(result))).toBe(
          'must_change',
        )
      },
    )
  },
)
