import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encoded } from '../connection/messages.ts'
import { containsText, equals, parsedFilter, searchFilter } from './search-filter.ts'

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...'*()\\&|!=~<>:,+"#'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  minLength: 1,
  maxLength: 30,
})

/**
 * The values in a piece of BER, whatever they are nested in; context-specific primitives included.
 */
function leaves(bytes: Buffer): readonly string[] {
  const found: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const [tag = 0, first = 0] = bytes.subarray(at, at + 2)
    const lengthBytes = first < 0x80 ? 0 : first & 0x7f
    const start = at + 2 + lengthBytes
    const end = start + (lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes))
    const content = bytes.subarray(start, end)
    found.push(...((tag & 0x20) === 0 ? [content.toString()] : leaves(content)))
    at = end
  }
  return found
}

const named = (text: string) => containsText(text, ['uid'], 'substring')

describe('a filter', () => {
  it('holds the search as one value, whatever its characters mean in a written filter', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom('prefix', 'substring'), (text, mode) => {
        fc.pre(text.isWellFormed())
        const filter = containsText(text, ['uid', 'cn'], mode)
        expect(leaves(encoded((writer) => filter.write(writer)))).toEqual(['uid', text, 'cn', text])
        expect(leaves(encoded((writer) => equals('uid', text).write(writer)))).toEqual([
          'uid',
          text,
        ])
      }),
      { numRuns: 500 },
    )
  })

  it('is not made of what no name can hold', () => {
    for (const text of ['\0', 'a\0b', '\ud800', 'a\udc00', 'x'.repeat(1_001), 'a \0', 'a \ud800'])
      expect(searchFilter(text, 'substring', named)).toBeUndefined()
  })

  it.each([
    ['mina', 'substring', '(cn=*mina*)'],
    [' mina ', 'prefix', '(cn=mina*)'],
    ['okafor \t mina', 'substring', '(&(cn=*okafor*)(cn=*mina*))'],
    ['okafor  mina', 'prefix', '(|(cn=okafor mina*)(&(cn=okafor*)(cn=mina*)))'],
    ["o'neill", 'substring', "(|(cn=*o'neill*)(cn=*o\u2019neill*))"],
    [
      'lind zita-m',
      'prefix',
      '(|(|(cn=lind zita-m*)(cn=lind zita\u2010m*))' +
        '(&(cn=lind*)(|(cn=zita-m*)(cn=zita\u2010m*))))',
    ],
    ['okafor, mina', 'substring', '(&(cn=*okafor*)(cn=*mina*))'],
    [' okafor,  mina', 'prefix', '(|(cn=okafor, mina*)(&(cn=okafor*)(cn=mina*)))'],
    ['a b c d e f', 'substring', '(&(cn=*a*)(cn=*b*)(cn=*c*)(cn=*d*)(cn=*e*))'],
    [' \u3000', 'prefix', '(objectClass=*)'],
    [undefined, 'substring', '(objectClass=*)'],
  ] as const)('for %j by %s asks for every part, in any order', (search, mode, filter) => {
    const found = (text: string) => containsText(text, ['cn'], mode)
    expect(String(searchFilter(search, mode, found))).toBe(filter)
  })

  it('is refused when a configuration is read, where it is none', () => {
    for (const text of ['', '(uid=x', '(uid~x)'])
      expect(() => parsedFilter(text)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_CONFIG' }),
      )
    expect(parsedFilter('(&(objectClass=person)(!(uid=x*)))').toString()).toBe(
      '(&(objectClass=person)(!(uid=x*)))',
    )
  })
})
