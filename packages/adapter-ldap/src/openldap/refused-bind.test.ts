import { ldifEntry, type OpenLdapServer, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { diagnose, ldapUserStore } from '../index.ts'

const agingDn = 'cn=aging,ou=policies,dc=example,dc=test'
const expired = {
  dn: 'cn=expired,ou=services,dc=example,dc=test',
  password: 'The-Password-Of-2020',
}
const ldif =
  ldifEntry(agingDn, {
    objectClass: ['device', 'pwdPolicy'],
    cn: 'aging',
    pwdAttribute: 'userPassword',
    pwdMaxAge: '86400',
  }) +
  ldifEntry(expired.dn, {
    ...{
      objectClass: ['applicationProcess', 'simpleSecurityObject'],
      cn: 'expired',
      userPassword: expired.password,
    },
    ...{ pwdPolicySubentry: agingDn, pwdChangedTime: '20200101000000Z' },
  })

describeWithServer('slapd', 'a service account that OpenLDAP does not let in', () => {
  let server: OpenLdapServer
  beforeAll(async () => {
    server = await startOpenLdap({ ldif })
  })
  afterAll(() => server.stop())

  /** What the store and the diagnosis say. */
  const said = async (bind: { readonly dn: string; readonly password: string }) => {
    const options = {
      ...storeOptions(server),
      bind,
      dialect: dialectOf(server.product, server.privilegedGroupDn),
    }
    const store = ldapUserStore(options)
    const failure = await store.list({}).catch((error: unknown) => error)
    store.close()
    const findings = await diagnose(options)
    return { failure, finding: findings.find(({ check }) => check === 'bind') }
  }

  it('because its password has expired is told so', async () => {
    const { failure, finding } = await said(expired)
    expect(failure).toMatchObject({
      code: 'store_denied',
      detail: { key: 'service_account_must_change' },
    })
    expect(finding).toMatchObject({
      level: 'problem',
      message: expect.stringContaining('has expired'),
      cure: expect.stringContaining('-S'),
    })
  })

  it('because its password is wrong is told so', async () => {
    const { failure, finding } = await said({ ...server.operator, password: 'not the password' })
    expect(failure).toMatchObject({
      code: 'store_denied',
      detail: { key: 'service_account_refused' },
    })
    expect(finding).toMatchObject({
      level: 'problem',
      message: expect.stringContaining('refused the name or the password'),
    })
  })

  it('because failed sign-ins have locked it is told so', async () => {
    while ((await server.canSignIn(server.operator.dn, 'not the password')) !== 'locked');
    const { failure, finding } = await said(server.operator)
    expect(failure).toMatchObject({
      code: 'store_denied',
      detail: { key: 'service_account_locked' },
    })
    expect(finding).toMatchObject({
      level: 'problem',
      message: expect.stringContaining('is locked'),
      cure: expect.stringContaining('Unlock'),
    })
  })
})
