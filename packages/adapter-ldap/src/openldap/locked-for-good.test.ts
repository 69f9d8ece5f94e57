import { ldifReplace, type OpenLdapServer, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser } from '../fixtures/reset-user.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'

describeWithServer('slapd', 'an account on OpenLDAP that an administrator has locked', () => {
  let server: OpenLdapServer
  beforeAll(async () => {
    server = await startOpenLdap({ policy: { pwdLockoutDuration: '900' } })
  })
  afterAll(() => server.stop())

  it.each([
    ...[
      '000001010000Z',
      '00000101000000Z',
      '0000010100Z',
      '00000101000000.0Z',
      '00000101000000,0Z',
    ],
    ...['000001010000+0000', '0000010100-00', '00000101010000+0100', '19700101000000Z'],
  ])('is suspended and stays so, spelt %s', async (time) => {
    const store = ldapUserStore({
      ...storeOptions(server),
      dialect: dialectOf(server.product, server.privilegedGroupDn),
    })
    const user = await server.createUser()
    await server.modify(ldifReplace(user.dn, { pwdAccountLockedTime: time }))
    // What slapd says of it.
    expect(await server.canSignIn(user.dn, user.password)).toMatch(/^(locked|disabled)$/)
    expect(await lookUp(store, user)).toMatchObject({ status: 'suspended', locked: false })
    const { users } = await store.list({ search: user.username, statuses: ['suspended'] })
    expect(users).toHaveLength(1)
    expect(refusal(await resetUser(store, user))).toBe('not_eligible: account_blocked')
    store.close()
    expect(await storedValue(server, user.dn, 'pwdAccountLockedTime')).toBe(time)
  })

  it('is not reset while the lock is still to come, because a reset would lift it', async () => {
    const store = ldapUserStore({
      ...storeOptions(server),
      dialect: dialectOf(server.product, server.privilegedGroupDn),
    })
    const user = await server.createUser()
    const pwdAccountLockedTime = '20350101000000Z'
    await server.modify(ldifReplace(user.dn, { pwdAccountLockedTime }))
    expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
    expect(refusal(await resetUser(store, user))).toBe('not_eligible: account_blocked')
    const { users } = await store.list({ search: user.username, statuses: ['suspended'] })
    expect(users).toHaveLength(1)
    store.close()
    expect(await storedValue(server, user.dn, 'pwdAccountLockedTime')).toBe(pwdAccountLockedTime)
    // What a new password does to such a lock in slapd.
    await server.modify(ldifReplace(user.dn, { userPassword: 'Another-password-17' }))
    expect(await storedValue(server, user.dn, 'pwdAccountLockedTime')).toBeUndefined()
  })

  it('is told from one that failed sign-ins have locked', async () => {
    const store = ldapUserStore({
      ...storeOptions(server),
      dialect: dialectOf(server.product, server.privilegedGroupDn),
    })
    const user = await server.createUser()
    await server.setStatus(user, 'locked')
    expect(await lookUp(store, user)).toMatchObject({ status: 'active', locked: true })
    const result = await resetUser(store, user)
    store.close()
    expect(result.ok && result.receipt.unlocked).toBe(true)
  })
})
