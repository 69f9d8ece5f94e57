import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type OpenLdapServer, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storedValue, storeOptions } from '../fixtures/directory-subject.ts'
import { refusal, resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'

/**
 * A copy of the provider that hands writes on to it (slapo-chain(5)), in the name of whoever sent
 * them.
 */
async function startConsumer(provider: OpenLdapServer): Promise<OpenLdapServer> {
  const { admin, baseDn, startTlsUrl } = provider
  const asAdmin = `bindmethod=simple binddn="${admin.dn}" credentials="${admin.password}"`
  const consumer = await startOpenLdap()
  const file = join(consumer.folder, 'slapd.conf')
  const [general, database] = (await readFile(file, 'utf8')).split('database mdb')
  const chain = `
moduleload back_ldap
overlay chain
chain-uri ${startTlsUrl}
chain-idassert-bind ${asAdmin} mode=self
chain-idassert-authzFrom "dn:*"
chain-return-error TRUE
`
  const source = `provider=${startTlsUrl} type=refreshAndPersist searchbase="${baseDn}"`
  const copy = `
syncrepl rid=1 ${source} ${asAdmin} retry="1 +"
updateref ${startTlsUrl}
`
  await writeFile(file, `${general}${chain}database mdb${database}${copy}`)
  await consumer.halt()
  for (const name of await readdir(join(consumer.folder, 'data')))
    await rm(join(consumer.folder, 'data', name))
  await consumer.restart()
  return consumer
}

describeWithServer('slapd', 'a consumer of OpenLDAP that chains writes to its provider', () => {
  it.each([
    { overlayOn: 'people', outcome: 'applied' },
    { overlayOn: 'none', outcome: 'must_change_ineffective: no_password_policy' },
  ] as const)(
    'is $outcome where the provider has the overlay on this database: $overlayOn',
    async ({ overlayOn, outcome }) => {
      await using provider = await startOpenLdap({
        overlayOn,
        requireTls: false,
        configuration: 'moduleload syncprov\noverlay syncprov',
      })
      await using consumer = await startConsumer(provider)
      const user = await provider.createUser()
      const csn = await storedValue(provider, user.dn, 'entryCSN')
      let copied: string | undefined
      do copied = await storedValue(consumer, user.dn, 'entryCSN')
      while (copied !== csn)
      const store = ldapUserStore({
        ...storeOptions(consumer),
        bind: provider.operator,
        dialect: dialectOf('openldap', provider.privilegedGroupDn),
      })
      const result = await resetUser(store, user)
      store.close()
      expect(refusal(result)).toBe(outcome)
      expect(await provider.canSignIn(user.dn, user.password)).toBe(
        outcome === 'applied' ? 'refused' : 'ok',
      )
      if (!result.ok) return
      expect(result.receipt).toMatchObject({ mustChange: 'enforced', unreadRules: [] })
      expect(await provider.canSignIn(user.dn, temporaryPassword(result))).toBe('must_change')
    },
  )
})
