import { type DirectoryServer, start389Ds, startOpenLdap, startSambaAd } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { type LdapUserStore, ldapUserStore } from './ldap-user-store.ts'

/** Each person by user name: name, surname, email address. */
const people = {
  mokafor: ['Mina', 'Okafor', 'mina.okafor@example.test'],
  mnovak: ['Mina', 'Novák', 'mina.novak@example.test'],
  tokafor: ['Tobias', 'Okafor', 'tobias.okafor@example.test'],
  loneill: ['Liam', 'O\u2019Neill', 'liam.oneill@example.test'],
  sodell: ["Sean-D'Arcy", "O'Dell", 'sean.odell@example.test'],
  zlind: ['Zita\u2010Maria', 'Lind', 'zita.lind@example.test'],
  jlopez: ['Ana María', 'López Ortega', 'ana.lopez@example.test'],
} as const

/** Searches that every directory answers, and who is found. */
const searches = [
  ['mina okafor', ['mokafor']],
  ['okafor mina', ['mokafor']],
  ['OKAFOR  MINA', ['mokafor']],
  ['\u00a0okaf\tmi ', ['mokafor']],
  ['Okafor, Mina', ['mokafor']],
  ['mina', ['mnovak', 'mokafor']],
  ['mokafor okafor', ['mokafor']],
  ['mina.okafor@ oka', ['mokafor']],
  ['mina tobias', []],
  ['ana maría', ['jlopez']],
  ['ana lópez ortega', ['jlopez']],
  ['Ana María López Ortega', ['jlopez']],
  ["o'neill", ['loneill']],
  ["liam o'neill", ['loneill']],
  ['o\u2019neill liam', ['loneill']],
  ['o\u2019dell', ['sodell']],
  ['sean\u2010d\u2019arcy o\u2019dell', ['sodell']],
  ['zita-maria', ['zlind']],
  ['lind zita\u2011maria', ['zlind']],
] as const

for (const [name, start, looksInside] of [
  ['slapd', () => startOpenLdap(), true],
  // Active Directory looks at beginnings.
  ['samba', () => startSambaAd(), false],
  ['389ds', () => start389Ds(), true],
] as const) {
  describeWithServer(name, `a search on ${name}`, () => {
    let server: DirectoryServer
    let store: LdapUserStore
    beforeAll(async () => {
      server = await start()
      const dialect = dialectOf(server.product, server.privilegedGroupDn)
      store = ldapUserStore({ ...storeOptions(server), dialect })
      for (const [username, [givenName, sn, mail]] of Object.entries(people))
        await server.createUser({
          username,
          mail,
          displayName: `${givenName} ${sn}`,
          attributes: { givenName, sn },
        })
    })
    afterAll(async () => {
      store.close()
      await server.stop()
    })

    const found = async (search: string) => {
      const { users } = await store.list({ search })
      return users.map(({ username }) => username).filter((one) => Object.hasOwn(people, one))
    }

    it.each(searches)('for %j finds every part, in any order', async (search, expected) => {
      expect(await found(search)).toEqual(expected)
    })

    it('finds a part inside a name where its capabilities say so', async () => {
      expect(store.capabilities.search).toBe(looksInside ? 'anywhere' : 'beginnings')
      expect(await found('ina kafor')).toEqual(looksInside ? ['mokafor'] : [])
      expect(await found('ortega ana')).toEqual(looksInside ? ['jlopez'] : [])
    })
  })
}
