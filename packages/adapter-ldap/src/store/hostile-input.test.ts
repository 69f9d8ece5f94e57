import type { User } from '@force-reset/core'
import { searchParts } from '@force-reset/core/store'
import { type DirectoryServer, start389Ds, startOpenLdap, startSambaAd } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dialectOf } from '../fixtures/dialect-of.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, resetUser } from '../fixtures/reset-user.ts'
import { type LdapUserStore, ldapUserStore } from './ldap-user-store.ts'

const numbers = 10_000
const atOnce = 16
const seed = 4711

/**
 * What means something in filters, in DNs, in hexadecimal escapes, to terminals and to shells; and
 * what is not Unicode, or not short.
 */
const fragments = [
  ...[
    '*',
    '(',
    ')',
    '\\',
    '&',
    '|',
    '!',
    '=',
    '~=',
    '>=',
    '<=',
    ':',
    '\\2a',
    '\\00',
    '\\',
    '\\5c',
    '\\zz',
  ],
  ...[
    ',',
    '+',
    '"',
    '<',
    '>',
    ';',
    '#',
    '/',
    ' ',
    '\t',
    '\r\n',
    '\0',
    '\u202e',
    '\u200b',
    '\ufeff',
    '\ud800',
    '\udc00',
    '\u{1f600}',
    'é',
    'e\u0301',
  ],
  ...[
    'uid',
    'cn=',
    'objectClass',
    'anr',
    'dc=example',
    'OU=People',
    '<GUID=',
    '<SID=S-1-5-21>',
    '1.2.840.113556.1.4.803:',
    '$' + '{x}',
    '%00',
    '{}',
  ],
]

for (const [name, start] of [
  ['slapd', () => startOpenLdap()],
  ['samba', () => startSambaAd()],
  ['389ds', () => start389Ds()],
] as const) {
  describeWithServer(name, `${numbers} hostile ids, user names and search terms on ${name}`, () => {
    let server: DirectoryServer
    let store: LdapUserStore
    beforeAll(async () => {
      server = await start()
      store = ldapUserStore({
        ...storeOptions(server),
        dialect: dialectOf(server.product, server.privilegedGroupDn),
      })
    })
    afterAll(async () => {
      store.close()
      await server.stop()
    })

    it('find and change nobody but whom they name, and all others stay as they were', async () => {
      const known = await lookUp(store, server.user('active'))
      const before = await everybody(server)
      const texts = hostileTexts(known, server.user('active').dn)
      expect(texts).toHaveLength(numbers)
      const wrong: string[] = []
      let found = 0
      await eachOf(texts, async (text, index) => {
        if (index % 3 === 0) {
          const found = await store.find(text)
          if (found !== undefined && found.user.id !== text) wrong.push(text)
        } else if (index % 97 === 0) {
          const result = await resetUser(store, { id: text })
          if (result.ok) wrong.push(text)
        } else {
          const { users } = await store.list({ search: text, limit: 5 })
          found += users.length
          for (const user of users) if (!isNamed(user, text, server)) wrong.push(text)
        }
      })
      expect(wrong).toEqual([])
      expect(found).toBeGreaterThan(100)
      expect(await everybody(server)).toBe(before)
      expect((await store.find(known.id))?.user).toEqual(known)
    }, 120_000)
  })
}

function hostileTexts(known: User, dn: string): readonly string[] {
  const names = [known.id, known.username, known.displayName ?? '', known.email ?? '', dn]
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...fragments) },
    { weight: 2, arbitrary: fc.constantFrom(...names) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  )
  const text = fc.array(piece, { minLength: 1, maxLength: 8 }).map((pieces) => pieces.join(''))
  const beginning = fc
    .constantFrom(...names)
    .chain((one) => fc.nat(one.length - 1).map((length) => one.slice(0, length + 1)))
  const long = fc
    .constantFrom(...fragments, 'a')
    .map((one) => one.repeat(Math.ceil(2 ** 20 / one.length)))
  const all = fc.oneof(
    { weight: 90, arbitrary: text },
    { weight: 9, arbitrary: beginning },
    { weight: 1, arbitrary: long },
  )
  return fc.sample(all, { numRuns: numbers, seed })
}

/**
 * Whether the names hold each part of the text, as directories compare: without case, and with
 * spaces folded.
 */
function isNamed(user: User, text: string, server: DirectoryServer): boolean {
  const fold = (value: string): string =>
    value.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
  const names = [user.username, user.displayName ?? '', user.email ?? '']
  // The common name is searched too, and the two parts of a name in either order, and its exact
  // beginning behind an equals sign (ANR).
  const others = server.sampleNames
    .map((name) => server.user(name))
    .filter(({ username }) => username === user.username)
  const more = others.flatMap(({ dn, displayName = '' }) => [
    dn,
    displayName.split(' ').reverse().join(' '),
  ])
  const parts = searchParts(text)
  const isHeld = (wanted: string): boolean =>
    [...names, ...more].some(
      (one) =>
        fold(one).includes(wanted) || (wanted.startsWith('=') && fold(one) === wanted.slice(1)),
    )
  return isHeld(fold(parts.join(' '))) || parts.map(fold).every(isHeld)
}

/** Everything that is stored about the people, but for what reading itself may change. */
async function everybody(server: DirectoryServer): Promise<string> {
  const entries = await server.search({ base: server.peopleDn })
  return entries
    .map(({ dn, attributes }) => {
      const lines = [...attributes].map(
        ([name, values]) => `${name}: ${values.map((value) => value.toString('hex'))}`,
      )
      return `${dn}\n${lines.join('\n')}`
    })
    .join('\n\n')
}

async function eachOf<T>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < items.length) {
      const index = next
      next += 1
      const item = items[index]
      if (item !== undefined) await work(item, index)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
