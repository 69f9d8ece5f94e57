import {
  type Ds389Server,
  ldifEntry,
  type Stall,
  start389Ds,
  startFaultProxy,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { meddlingDialect } from '../fixtures/meddling-dialect.ts'
import { lookUp, refusal, resetUser } from '../fixtures/reset-user.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'
import { ds389 } from './dialect.ts'

describeWithServer('389ds', 'a reset in 389 Directory Server', () => {
  let server: Ds389Server
  beforeAll(async () => {
    server = await start389Ds()
  })
  afterAll(() => server.stop())

  it.each([true, false])(
    'is never said to have happened where another account took the DN right before the write, ' +
      'must-change being %s',
    async (requireMustChange) => {
      await using proxy = await startFaultProxy({ to: server.ldaps })
      const rdn = `cn=Kim ${requireMustChange}`
      const dn = `${rdn},${server.peopleDn}`
      const person = (uid: string) =>
        ldifEntry(dn, {
          objectClass: 'inetOrgPerson',
          uid,
          cn: `Kim ${requireMustChange}`,
          sn: 'Kim',
        })
      const takeOver = async (stall: Stall): Promise<void> => {
        await stall.holding
        await server.modify(
          `dn: ${dn}\nchangetype: modrdn\nnewrdn: cn=Old ${rdn.slice(3)}\ndeleteoldrdn: 0\n`,
        )
        await server.modify(person(`second.${requireMustChange}`))
        stall.release()
      }
      let taken: Promise<void> | undefined
      const dialect = meddlingDialect(
        ds389({ privilegedGroups: [server.privilegedGroupDn] }),
        (step) => {
          taken = takeOver(proxy.stall('to_server'))
          return step
        },
      )
      await server.modify(person(`first.${requireMustChange}`))
      const store = ldapUserStore({
        ...storeOptions(server),
        url: `ldaps://${proxy.host}:${proxy.port}`,
        dialect,
      })
      const { id } = await lookUp(store, { username: `first.${requireMustChange}` })
      const result = await resetUser(store, { id }, { requireMustChange })
      store.close()
      await taken
      expect(refusal(result)).toBe('outcome_unknown: another_account')
    },
  )
})
