import { generateTemporaryPassword } from '@force-reset/core'
import {
  type Ds389Server,
  ldifEntry,
  ldifReplace,
  type SampleUser,
  start389Ds,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser, rulesFor } from '../fixtures/reset-user.ts'
import { type LdapUserStore, ldapUserStore } from '../store/ldap-user-store.ts'
import { ds389 } from './dialect.ts'

describeWithServer('389ds', 'the syntax check of 389-ds', () => {
  let server: Ds389Server
  let store: LdapUserStore
  beforeAll(async () => {
    server = await start389Ds()
    store = ldapUserStore({
      ...storeOptions(server),
      dialect: ds389({ privilegedGroups: [server.privilegedGroupDn] }),
      cacheMs: 0,
    })
  })
  afterAll(async () => {
    store.close()
    await server.stop()
  })

  /** Whether the rules that were read for an account forbid a password. */
  const forbids = async (user: SampleUser): Promise<(password: string) => boolean> => {
    const { forbidden = [] } = await rulesFor(store, await lookUp(store, user))
    return (password) =>
      forbidden.some((word) => word !== '' && password.toLowerCase().includes(word.toLowerCase()))
  }
  /**
   * Offers passwords to the server with a C tool, as the operator account; each is expected to be
   * taken or refused as the rules say.
   */
  const agree = async (
    user: SampleUser,
    passwords: readonly string[],
    refused: boolean,
  ): Promise<void> => {
    const forbidden = await forbids(user)
    for (const password of passwords) {
      expect([password, forbidden(password)]).toEqual([password, refused])
      expect([password, await server.setPassword(user.dn, password)]).toEqual([
        password,
        refused ? constraintViolation : 0,
      ])
    }
  }

  it.each([
    ['3', ['22-AA-Yhnbgt-99', '22-AA-Plokij-99', '22-AA-kx-qz-nn-99-bc-df']],
    ['5', ['22-AA-kxqz-99', '22-AA-Ghjk-99', '22-AA-gfd.-99', '22-AA-gtrv-99']],
  ])(
    'refuses every piece of %s characters of every value of six attributes in any case, ' +
      'and nothing else: as the rules say',
    async (length, others) => {
      await server.modify(ldifReplace('cn=config', { passwordMinTokenLength: length }))
      const username = `kxqzvw${length}`
      const names: Readonly<Record<string, readonly string[]>> = {
        uid: [username, 'second.jfwq'],
        cn: [username, 'Bcdf Ghjk', 'Other Lmnp'],
        sn: ['Qrst-Vwxz', 'Born Zyxw'],
        givenName: ['Žmkxpl', 'Pqlxwd'],
        ou: ['Dhjn Fkmp', 'Gtrv'],
        mail: ['vbnm@hgfd.test', 'wsdf@example.test'],
      }
      const user = await server.createUser({
        username,
        displayName: 'Plokij',
        attributes: { ...names, employeeType: 'Yhnbgt' },
      })
      const pieces = Object.values(names).flatMap((values) =>
        values.flatMap((value) => piecesOf(value, Number(length))),
      )
      await agree(
        user,
        [...new Set(pieces)].map((piece) => `22-AA-${piece.toUpperCase()}-99-88`),
        true,
      )
      await agree(user, others, false)
    },
  )

  it.each([
    [
      'passwordBadWords',
      'swordfish opensesame',
      ['22-AA-swordFISH', 'Opensesame-22-AA'],
      ['22-AA-swordfis-opensesam'],
    ],
    [
      'passwordMaxRepeats',
      '2',
      ['22-AAA-ghtywp', '22-aa-ghtywppp', '----22-aa-ghtyp'],
      ['22-aa-ghtywpp--AA'],
    ],
    [
      'passwordMaxSequence',
      '3',
      ['abcd-AA-22-ght', 'AA-22-ght-9876', 'AA-22-ght-DCBA'],
      ['abc-cba-AA-789-ght', 'abCD-AA-22-ght'],
    ],
    ['passwordMaxSeqSets', '3', ['abcd-AA-22-abcd'], ['abc-AA-22-abc']],
  ])('refuses what %s forbids: as the rules say', async (attribute, value, refused, taken) => {
    const user = server.user('bare')
    await server.modify(
      ldifReplace('cn=config', { [attribute]: value, passwordMinTokenLength: '3' }),
    )
    await agree(user, refused, true)
    for (const password of taken)
      expect([password, await server.setPassword(user.dn, password)]).toEqual([password, 0])
    await server.modify(
      ldifReplace('cn=config', { [attribute]: attribute === 'passwordBadWords' ? undefined : '0' }),
    )
  })

  it.each([
    ['a syntax check', { passwordCheckSyntax: 'on' }, {}],
    ['no syntax check, which it inherits', {}, { 'nsslapd-pwpolicy-inherit-global': 'on' }],
    [
      'a syntax check switched off, which it inherits',
      { passwordCheckSyntax: 'off' },
      { 'nsslapd-pwpolicy-inherit-global': 'on' },
    ],
  ])(
    'refuses the bad words of the server under a local policy with %s: as the rules say',
    async (name, local, global) => {
      const cn = `local ${Object.entries({ ...local, ...global })
        .flat()
        .join(' ')}`
      const dn = `cn=${cn},ou=policies,dc=example,dc=test`
      const objectClass = ['top', 'extensibleObject', 'ldapsubentry', 'passwordPolicy']
      await server.modify(
        ldifEntry(dn, {
          objectClass,
          cn,
          passwordMustChange: 'on',
          passwordMinLength: '8',
          ...local,
        }),
      )
      await server.modify(
        ldifReplace('cn=config', {
          passwordBadWords: 'swordfish',
          passwordMinTokenLength: '3',
          ...global,
        }),
      )
      const user = await server.createUser({ attributes: { pwdpolicysubentry: dn } })
      const inherits = Object.keys(global).length > 0
      await agree(user, ['22-AA-swordFISH-bcd'], true)
      await agree(user, ['22-AA-bcxd-fghrt'], false)
      expect((await rulesFor(store, await lookUp(store, user))).minLength, name).toBe(
        inherits ? 12 : 8,
      )
      expect(await server.setPassword(user.dn, '2-AA-bcxd')).toBe(
        inherits ? constraintViolation : 0,
      )
      await server.modify(ldifReplace('cn=config', { 'nsslapd-pwpolicy-inherit-global': 'off' }))
      await server.modify('dn: cn=config\nchangetype: modify\ndelete: passwordBadWords\n\n')
    },
  )

  it('takes every reset’s password, where most names forbid one made without rules', async () => {
    await server.modify(ldifReplace('cn=config', { passwordMinTokenLength: '3' }))
    const letter = fc.constantFrom(...'abcdefghjkmnpqrstvwxyz23456789')
    const name = fc.string({ unit: letter, minLength: 2_000, maxLength: 2_000 })
    const ous = fc.sample(name, { numRuns: accounts, seed: 4711 })
    const users = ous.map((ou, index) => ({
      dn: `uid=named${index},${server.peopleDn}`,
      username: `named${index}`,
      ou,
    }))
    await server.modify(
      users.map(({ dn, username, ou }) => ldifEntry(dn, personWith(username, ou))).join(''),
    )
    for (const user of users) expect(refusal(await resetUser(store, user))).toBe('applied')
    // The same without the rules: the check is there, and is met by construction rather than by
    // luck.
    const careless: number[] = []
    for (const { dn } of users)
      careless.push(await server.setPassword(dn, generateTemporaryPassword().reveal()))
    expect(careless.filter((result) => result === constraintViolation).length).toBeGreaterThan(0)
  })
})

const accounts = 40
/** LDAP result (RFC 4511, appendix A). */
const constraintViolation = 19

function piecesOf(name: string, length: number): readonly string[] {
  const characters = Array.from(name)
  return characters
    .map((_, start) => characters.slice(start, start + length).join(''))
    .filter((piece) => Array.from(piece).length === length)
}

function personWith(username: string, ou: string) {
  return { objectClass: 'inetOrgPerson', uid: username, cn: username, sn: username, ou }
}
