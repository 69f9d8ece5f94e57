import { ldifEntry, type OpenLdapServer, startOpenLdap } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { refusal, resetUser } from '../fixtures/reset-user.ts'
import { ldapUserStore } from '../index.ts'

const suffix = 'dc=example,dc=test'
const sizes = [10, 5_001, 20_000, 26_000]
const groupOf = (size: number): string => `cn=of-${size},ou=groups,${suffix}`
const uidOf = (index: number): string => `bulk${String(index).padStart(7, '0')}`

const groups = sizes
  .map((size) =>
    ldifEntry(groupOf(size), {
      objectClass: 'groupOfNames',
      cn: `of-${size}`,
      member: Array.from({ length: size }, (_, index) => `uid=${uidOf(index)},ou=people,${suffix}`),
    }),
  )
  .join('')

describeWithServer('slapd', 'a privileged group of many members', () => {
  let server: OpenLdapServer
  beforeAll(async () => {
    server = await startOpenLdap({ bulkUsers: 26_000, ldif: groups, logLevel: 256 })
  })
  afterAll(() => server.stop())

  const searchesDuring = async (work: () => Promise<unknown>): Promise<number> => {
    const before = (await server.log()).length
    await work()
    const log = (await server.log()).slice(before)
    return [...log.matchAll(/ SRCH base=/g)].length
  }

  it.each([10, 5_001, 20_000])(
    'decides on members and others with %i members, and looks once at each',
    async (size) => {
      const store = ldapUserStore({
        ...storeOptions(server),
        dialect: dialectOf('openldap', groupOf(size)),
      })
      const member = { username: uidOf(size - 1) }
      const first = await searchesDuring(async () => {
        expect(refusal(await resetUser(store, member))).toBe('privileged_user: privileged_member')
      })
      expect(first).toBeGreaterThan(size)
      expect(first).toBeLessThan(size + 60)
      // From now on the cache knows who is an account.
      const later = await searchesDuring(async () => {
        expect(refusal(await resetUser(store, await server.createUser()))).toBe('applied')
      })
      store.close()
      expect(later).toBeLessThan(60)
    },
  )

  it('is refused with words that say why, where it has too many', async () => {
    const store = ldapUserStore({
      ...storeOptions(server),
      dialect: dialectOf('openldap', groupOf(26_000)),
    })
    await expect(store.list({})).rejects.toMatchObject({
      code: 'store_denied',
      detail: {
        key: 'privileged_group_too_large',
        what: expect.stringContaining('more than 25,000 members'),
      },
    })
    store.close()
  })
})
