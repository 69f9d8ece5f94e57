import {
  type AuditEvent,
  type ForceResetConfig,
  type Operator,
  operatorsAreNoUsers,
  previewReset,
  viewUser,
} from '@force-reset/core'
import { ldifEntry, type OpenLdapServer, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'

const operator: Operator = { id: 'somebody at the help desk' }
const password = 'The-Password-Before'
const policyDn = (minLength: string) => `cn=least-${minLength},ou=policies,dc=example,dc=test`
const dnOf = (username: string) => `cn=${username},ou=people,dc=example,dc=test`

/** A policy with this least length, and one account under it. */
const policyAndPerson = (minLength: string): string =>
  ldifEntry(policyDn(minLength), {
    ...{
      objectClass: ['device', 'pwdPolicy'],
      cn: `least-${minLength}`,
      pwdAttribute: 'userPassword',
      pwdMustChange: 'TRUE',
    },
    ...{ pwdSafeModify: 'FALSE', pwdCheckQuality: '2', pwdMinLength: minLength },
  }) +
  ldifEntry(dnOf(`under-${minLength}`), {
    ...{
      objectClass: 'inetOrgPerson',
      uid: `under-${minLength}`,
      cn: `under-${minLength}`,
      sn: 'Long',
      userPassword: password,
    },
    ...{ pwdPolicySubentry: policyDn(minLength) },
  })

describeWithServer(
  'slapd',
  'an account on OpenLDAP whose policy demands a very long password',
  () => {
    let server: OpenLdapServer
    beforeAll(async () => {
      server = await startOpenLdap({
        ldif: ['256', '257', '5000', '999999999'].map(policyAndPerson).join(''),
      })
    })
    afterAll(() => server.stop())

    const storeOn = () =>
      ldapUserStore({
        ...storeOptions(server),
        dialect: dialectOf(server.product, server.privilegedGroupDn),
      })

    it.each(['257', '5000', '999999999'])(
      'is refused before the write, with a line in the trail, and can be viewed: pwdMinLength %s',
      async (minLength) => {
        const username = `under-${minLength}`
        const events: AuditEvent[] = []
        const store = storeOn()
        const config: ForceResetConfig<Operator> = {
          store,
          authorize: () => true,
          isSelf: operatorsAreNoUsers,
          audit: (event) => void events.push(event),
        }
        const { id: userId } = await lookUp(store, { username })
        const before = await storedValue(server, dnOf(username), 'userPassword')

        expect(refusal(await resetUser(store, { username }, config))).toBe(
          'rules_unsatisfiable: rules',
        )
        expect(events).toMatchObject([
          { type: 'reset.refused', code: 'rules_unsatisfiable', userId },
        ])
        expect(await previewReset(config, { operator, userId })).toMatchObject({
          allowed: false,
          code: 'rules_unsatisfiable',
        })
        expect(await viewUser(config, { operator, userId })).toMatchObject({
          ok: true,
          reset: { code: 'rules_unsatisfiable' },
        })
        store.close()

        expect(await storedValue(server, dnOf(username), 'userPassword')).toEqual(before)
        expect(await server.canSignIn(dnOf(username), password)).not.toBe('refused')
      },
    )

    it('is reset where the longest length that is met suffices', async () => {
      const username = 'under-256'
      const store = storeOn()
      const temporary = temporaryPassword(await resetUser(store, { username }))
      store.close()
      expect(temporary.length).toBeGreaterThanOrEqual(256)
      expect(await server.canSignIn(dnOf(username), temporary)).toBe('must_change')
    })
  },
)
