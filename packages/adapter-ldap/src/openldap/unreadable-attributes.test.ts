import { ldifReplace, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { diagnose } from '../diagnosis/diagnose.ts'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser } from '../fixtures/reset-user.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'
import { judgedBy } from './unreadable-attributes.ts'

const operator = 'cn=helpdesk,ou=services,dc=example,dc=test'
const needed = ['entryCSN', ...judgedBy]

describeWithServer('slapd', 'a service account on OpenLDAP', () => {
  it.each(needed)(
    'that may not read %s resets nobody, and is told the rule that grants it',
    async (attribute) => {
      await using server = await startOpenLdap({
        access: `access to attrs=${attribute} by dn.exact="${operator}" none by * break`,
      })
      const options = {
        ...storeOptions(server),
        dialect: dialectOf(server.product, server.privilegedGroupDn),
      }
      const store = ldapUserStore(options)
      const user = await server.createUser()
      const result = await resetUser(store, await lookUp(store, user))
      store.close()
      expect(refusal(result)).toBe('store_denied: service_account_may_not_read')
      const rule = `attrs=${attribute} by dn.exact="${operator}" read`
      expect(result.ok ? '' : result.message).toContain(rule)
      expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
      const rights = (await diagnose(options)).filter(({ check }) => check === 'rights')
      expect(rights).toMatchObject([{ level: 'problem', cure: expect.stringContaining(rule) }])
    },
  )

  it('that may only search pwdAccountLockedTime revives nobody, and is told why', async () => {
    await using server = await startOpenLdap({
      access: `access to attrs=pwdAccountLockedTime by dn.exact="${operator}" =sw by * break`,
    })
    const store = ldapUserStore({
      ...storeOptions(server),
      dialect: dialectOf(server.product, server.privilegedGroupDn),
    })
    const user = await server.createUser()
    await server.setStatus(user, 'disabled')
    const result = await resetUser(store, await lookUp(store, user))
    store.close()
    expect(refusal(result)).toBe('store_denied: service_account_may_not_read')
    await server.modify(ldifReplace(user.dn, { pwdAccountLockedTime: undefined }))
    expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
  })
})
