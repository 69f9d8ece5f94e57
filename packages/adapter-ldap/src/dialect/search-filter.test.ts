import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encoded } from '../connection/messages.ts'
import { containsText, equals, parsedFilter } from './search-filter.ts'

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

describe('a filter', () => {
  it('holds the search as one value, whatever its characters mean in a written filter', () => {
    fc.assert(
      fc.property(hostile, fc.constantFrom('prefix', 'substring'), (text, mode) => {
        fc.pre(!text.includes('\0') && text.isWellFormed())
        const filter = containsText(text, ['uid', 'cn'], mode)
        expect(filter && leaves(encoded((writer) => filter.write(writer)))).toEqual([
          'uid',
          text,
          'cn',
          text,
        ])
        expect(leaves(encoded((writer) => equals('uid', text).write(writer)))).toEqual([
          'uid',
          text,
        ])
      }),
      { numRuns: 500 },
    )
  })

  it('is not made of what no name can hold', () => {
    for (const text of ['\0', 'a\0b', '\ud800', 'a\udc00', 'x'.repeat(1_001)])
      expect(containsText(text, ['uid'], 'substring')).toBeUndefined()
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
