import { ldifEntry, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { refusal, resetUser } from '../fixtures/reset-user.ts'
import { diagnose, ldapUserStore } from '../index.ts'

describeWithServer('slapd', 'a referral below the base on OpenLDAP', () => {
  it('makes no complete page incomplete, hinders no reset, is named by diagnose()', async () => {
    const operator = 'cn=helpdesk,ou=services,dc=example,dc=test'
    await using server = await startOpenLdap({
      access: `access to attrs=entry,ref,objectClass by dn.exact="${operator}" read by * break`,
    })
    const options = {
      ...storeOptions(server),
      dialect: dialectOf(server.product, server.privilegedGroupDn),
    }
    const referrals = async () =>
      (await diagnose(options)).filter(({ message }) => message.includes('referrals'))
    expect(await referrals()).toEqual([])
    await server.modify(
      ldifEntry(`ou=elsewhere,${server.peopleDn}`, {
        ...{
          objectClass: ['referral', 'extensibleObject'],
          ou: 'elsewhere',
          ref: 'ldap://other.example.test/ou=elsewhere',
        },
      }),
    )
    const store = ldapUserStore(options)
    const user = await server.createUser()
    const { users, truncated } = await store.list({ search: user.username })
    expect(users).toHaveLength(1)
    expect(truncated).toBe(false)
    expect((await store.list({ limit: 1 })).truncated).toBe(true)
    expect(refusal(await resetUser(store, user))).toBe('applied')
    store.close()
    expect(await referrals()).toMatchObject([
      { check: 'users', level: 'warning', message: expect.stringContaining('referrals: 1') },
    ])
  })
})
