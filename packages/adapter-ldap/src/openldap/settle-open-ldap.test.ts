import { ldifReplace, startFaultProxy, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, resetUser } from '../fixtures/reset-user.ts'
import { noPrivilegedUsers, openLdap } from '../index.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'

describeWithServer('slapd', 'settling on OpenLDAP without a password history', () => {
  it('does not say that nothing was changed when the account has ended meanwhile, which refuses the right password too', async () => {
    await using server = await startOpenLdap({ policy: { pwdInHistory: '0' } })
    await using proxy = await startFaultProxy({ to: server.ldaps })
    const store = ldapUserStore({
      ...storeOptions(server),
      url: `ldaps://${proxy.host}:${proxy.port}`,
      dialect: openLdap({ privilegedGroups: noPrivilegedUsers, defaultPolicy: server.policyDn }),
    })
    const user = await server.createUser()
    const { id, version } = await lookUp(store, user)
    const result = await resetUser(
      {
        ...store,
        replacePassword: (command) => {
          void proxy.cutBeforeAnswer()
          return store.replacePassword(command)
        },
        settle: async (command) => {
          await server.modify(ldifReplace(user.dn, { pwdEndTime: '20200101000000Z' }))
          return (await store.settle?.(command)) ?? { outcome: 'unknown' }
        },
      },
      { id, version },
    )
    store.close()
    expect(result).toMatchObject({ ok: false, code: 'outcome_unknown' })
    await server.modify(ldifReplace(user.dn, { pwdEndTime: '20990101000000Z' }))
    expect(await server.canSignIn(user.dn, user.password)).toBe('refused')
  })
})
