import { escapeDnValue } from '@force-reset/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dnKey, isDn, isWithin, parentDn, placeOf } from './dn.ts'

const value = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...' ,+"\\<>;=#\t*()'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  minLength: 1,
  maxLength: 12,
})
const type = fc.constantFrom('cn', 'OU', 'uid', 'dc')
const rdn = fc.tuple(type, value)

type Spelling = (value: string) => string
const spellings: Readonly<Record<string, Spelling>> = {
  escaped: escapeDnValue,
  bytes: (text) =>
    [...Buffer.from(text)].map((byte) => `\\${byte.toString(16).padStart(2, '0')}`).join(''),
  quoted: (text) => `"${text.replace(/[\\"]/g, (character) => `\\${character}`)}"`,
}
const spelled = (
  rdns: readonly (readonly [string, string])[],
  spelling: Spelling,
  separator: string,
): string => rdns.map(([name, text]) => `${name}=${spelling(text)}`).join(separator)

/** Two values that a directory would compare as one. */
const fold = (text: string): string =>
  text.replace(/\s+/g, ' ').trim().normalize('NFKC').toLowerCase()

describe('dnKey', () => {
  it('is the same for every spelling of one name', () => {
    fc.assert(
      fc.property(fc.array(rdn, { minLength: 1, maxLength: 4 }), (rdns) => {
        const keys = Object.values(spellings).map((spelling) => dnKey(spelled(rdns, spelling, ',')))
        const spaced = dnKey(
          spelled(
            rdns.map(([name, text]) => [name.toUpperCase(), text] as const),
            escapeDnValue,
            ' , ',
          ),
        )
        expect(new Set([...keys, spaced]).size).toBe(1)
      }),
      { numRuns: 500 },
    )
  })

  it('differs for names that differ in more than case and spaces', () => {
    fc.assert(
      fc.property(
        fc.array(rdn, { minLength: 1, maxLength: 3 }),
        fc.array(rdn, { minLength: 1, maxLength: 3 }),
        (one, other) => {
          const plain = (rdns: readonly (readonly [string, string])[]) =>
            JSON.stringify(rdns.map(([name, text]) => [name.toLowerCase(), fold(text)]))
          const same =
            dnKey(spelled(one, escapeDnValue, ',')) === dnKey(spelled(other, escapeDnValue, ','))
          expect(same).toBe(plain(one) === plain(other))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('takes the parts of a name of several attributes in any order', () => {
    expect(dnKey('cn=a+uid=b,dc=x')).toBe(dnKey('UID=B + CN=A , DC=X'))
    expect(dnKey('cn=Doe\\, John,ou=x')).toBe(dnKey('CN=doe\\2C  john,OU=X'))
    expect(dnKey('cn=Doe,cn=John,ou=x')).not.toBe(dnKey('cn=Doe\\,cn=John,ou=x'))
  })
})

/**
 * Steps that grow with the square of these lengths would take days, so the tests below would not
 * end.
 */
const million = 1_000_000

describe('a name of millions of characters', () => {
  const spaces = ' '.repeat(million)
  it.each([
    ['spaces inside a value', `cn=a${spaces}b,dc=x`, 'cn=a b,dc=x'],
    [
      'spaces at the borders',
      `${spaces}cn${spaces}=${spaces}a${spaces},${spaces}dc=x`,
      'cn=a,dc=x',
    ],
    ['spaces between escaped ones', `cn=a${'\\  '.repeat(million)}b,dc=x`, 'cn=a b,dc=x'],
    ['backslashes', `cn=${'\\\\'.repeat(million)} ,dc=x`, `cn=${'\\\\'.repeat(million)},dc=x`],
    ['bytes', `cn=${'\\61'.repeat(million)},dc=x`, `cn=${'a'.repeat(million)},dc=x`],
    ['quotes', `cn="${'a"'.repeat(million)},dc=x`, undefined],
    ['parts', `cn=a${',dc=x '.repeat(million)}`, `cn=a${',dc=x'.repeat(million)}`],
    ['values', `cn=a${'+cn=a '.repeat(million)}`, `cn=a${'+cn=a'.repeat(million)}`],
  ])('is folded in as many steps: %s', (_, dn, key) => {
    expect(dnKey(dn).length).toBeLessThan(3 * dn.length)
    if (key !== undefined) expect(dnKey(dn) === key).toBe(true)
    expect(isDn(dn)).toBe(true)
    expect(isWithin(dn, 'dc=other')).toBe(false)
    expect(parentDn(dn).length).toBeLessThan(dn.length)
  })

  it('is shown no longer than a place may be', () => {
    const place = placeOf(`cn=kim${',ou=a'.repeat(million)},dc=x`, 'dc=x')
    expect(place).toHaveLength(201)
  })
})

describe('isWithin and parentDn', () => {
  it('know an entry below another, whatever its name holds', () => {
    fc.assert(
      fc.property(fc.array(rdn, { minLength: 1, maxLength: 3 }), rdn, (rdns, leaf) => {
        const base = spelled(rdns, escapeDnValue, ',')
        const entry = spelled([leaf, ...rdns], escapeDnValue, ',')
        expect(isWithin(entry, base)).toBe(true)
        expect(isWithin(base, entry)).toBe(false)
        expect(dnKey(parentDn(entry))).toBe(dnKey(base))
      }),
    )
  })

  it('take no comma inside a name for a border', () => {
    expect(isWithin('cn=x\\,ou=people', 'ou=people')).toBe(false)
    expect(isWithin('cn=xou=people', 'ou=people')).toBe(false)
    expect(parentDn('CN=Doe\\, John,OU=People,DC=x')).toBe('OU=People,DC=x')
  })
})

describe('isDn', () => {
  it('takes every name of escaped values, and none with a part without an attribute', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 4 }),
        (values) => {
          const dn = values.map((value) => `cn=${escapeDnValue(value)}`).join(',')
          expect(isDn(dn)).toBe(true)
          for (const broken of [`x,${dn}`, `${dn},x`, `${dn},`, `,${dn}`, `${dn}+`])
            expect(isDn(broken)).toBe(false)
        },
      ),
    )
  })

  it.each([
    ['<GUID=00112233-4455-6677-8899-aabbccddeeff>', true],
    ['2.5.4.3=x, OID.2.5.4.10=y', true],
    ['cn=a+sn=b;o="x,y"', true],
    ['', false],
    ['=x', false],
    ['kim@example.com', false],
    ['EXAMPLE\\kim', false],
    ['ldap://host/dc=x', false],
  ])('%s: %s', (text, expected) => {
    expect(isDn(text)).toBe(expected)
  })
})

describe('an attribute with more than one name', () => {
  it.each([
    'userid=kim,ou=people,dc=example,dc=test',
    'UID=kim, organizationalUnitName=people, domainComponent=example, dc=test',
    '0.9.2342.19200300.100.1.1=kim,2.5.4.11=people,OID.0.9.2342.19200300.100.1.25=example,dc=test',
  ])('is one attribute: %s', (dn) => {
    expect(dnKey(dn)).toBe('uid=kim,ou=people,dc=example,dc=test')
    expect(isWithin(dn, 'dc=example,domainComponent=test')).toBe(true)
  })

  it.each(['cn=userid=kim,dc=test', 'useridentity=kim,dc=test', 'snow=kim,dc=test'])(
    'is not seen in %s, which only looks like one',
    (dn) => {
      expect(dnKey(dn)).toBe(dn)
    },
  )
})

describe('placeOf', () => {
  const base = 'OU=People,DC=example,DC=test'

  it.each([
    ['right below the base', 'cn=kim,ou=people,dc=example,dc=test', undefined],
    ['outside the base', 'cn=kim,ou=Berlin,dc=example,dc=test', undefined],
    ['below one unit', `cn=kim,ou=Berlin,${base}`, 'Berlin'],
    ['below two units, from the top', `cn=kim,ou=Ward 3B,ou=Berlin,${base}`, 'Berlin / Ward 3B'],
    ['with escapes', String.raw`cn=Doe\, J,ou=R\26D\, K\c3\b6ln ,${base}`, 'R&D, Köln'],
    ['with a name of two values', `cn=kim,ou=Berlin+l=Mitte,${base}`, 'Berlin + Mitte'],
    ['with hidden characters', `cn=kim,ou=a\u202eb,${base}`, 'a\u202eb'],
  ])('tells where an entry stands %s', (_, dn, place) => {
    expect(placeOf(dn, base)).toBe(place)
  })

  it('does not grow without end', () => {
    const place = placeOf(`cn=kim,ou=${'😀'.repeat(500)},${base}`, base)
    expect(place).toBe(`${'😀'.repeat(200)}…`)
  })
})
