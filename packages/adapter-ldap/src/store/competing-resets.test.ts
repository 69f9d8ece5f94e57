import {
  type DirectoryServer,
  type SampleUser,
  startOpenLdap,
  startSambaAd,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { type ResetProcess, startResetProcess, unmasked } from '../fixtures/reset-process.ts'
import { lookUp } from '../fixtures/reset-user.ts'
import { type LdapUserStore, ldapUserStore } from './ldap-user-store.ts'

const attempts = 200

for (const [server, start, statuses] of [
  ['slapd', () => startOpenLdap(), ['active', 'pending']],
  ['samba', () => startSambaAd(), ['active', 'pending']],
] as const) {
  describeWithServer(server, `two hundred resets of one account at once on ${server}`, () => {
    let directory: DirectoryServer
    let store: LdapUserStore
    let processes: readonly ResetProcess[]
    beforeAll(async () => {
      directory = await start()
      store = ldapUserStore({
        ...storeOptions(directory),
        dialect: dialectOf(directory.product, directory.privilegedGroupDn),
      })
      processes = [startResetProcess(directory), startResetProcess(directory)]
    })
    afterAll(async () => {
      store.close()
      for (const process of processes) await process[Symbol.asyncDispose]()
      await directory.stop()
    })

    const compete = async (user: SampleUser, count: number) => {
      const { id, version } = await lookUp(store, user)
      const order = { order: 'reset', id, version, times: attempts / count } as const
      const reports = await Promise.all(
        processes.slice(0, count).map((process) => process.obey(order)),
      )
      const total: Record<string, number> = {}
      for (const { outcomes } of reports)
        for (const [code, times] of Object.entries(outcomes))
          total[code] = (total[code] ?? 0) + times
      return {
        total,
        passwords: reports.flatMap(({ maskedPassword }) =>
          maskedPassword === undefined ? [] : [unmasked(maskedPassword)],
        ),
      }
    }

    for (const status of statuses) {
      for (const count of [1, 2]) {
        const within = `${count} process${count > 1 ? 'es' : ''}`
        const where = `from an account that is ${status}, within ${within}`
        it(`end in one success and conflicts, ${where}`, async () => {
          const user = await directory.createUser({ status })
          const { total, passwords } = await compete(user, count)
          expect(total).toEqual({ applied: 1, conflict: attempts - 1 })
          expect(await directory.canSignIn(user.dn, passwords[0] ?? '')).toBe('must_change')
          expect(await directory.canSignIn(user.dn, user.password)).toBe('refused')
        })
      }
    }
  })
}
