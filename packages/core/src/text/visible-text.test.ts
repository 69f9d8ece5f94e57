import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visibleSentence, visibleText } from '../index.ts'
import { boundedText } from '../store.ts'

/** Undoes `visibleText`. */
const undone = (shown: string): string =>
  shown.replace(/\\u\{([\da-f]+)\}/g, (_, code: string) =>
    String.fromCodePoint(Number.parseInt(code, 16)),
  )

/** Text with the pieces of an escape in it, whole and broken. */
const withPieces = fc
  .array(
    fc.oneof(
      fc.constantFrom('\\', '\\u', 'u{', '{', '}', '202e', '5c', '5C', '\u202e', '\n', '\ud800'),
      fc.string({ unit: 'binary', maxLength: 2 }),
    ),
  )
  .map((pieces) => pieces.join(''))

describe('visibleText', () => {
  it.each([
    ['Kim\nLee', 'Kim\\u{a}Lee'],
    ['user\u202Egpj', 'user\\u{202e}gpj'],
    ['a\u2066b\u2069', 'a\\u{2066}b\\u{2069}'],
    ['zero\u200Bwidth', 'zero\\u{200b}width'],
    ['line\u2028sep', 'line\\u{2028}sep'],
    ['\ud800alone', '\\u{d800}alone'],
    ['a\u034f\ufe0f\u115f\u3164\uffa0b', 'a\\u{34f}\\u{fe0f}\\u{115f}\\u{3164}\\u{ffa0}b'],
    ['blank\u2800\u00a0\u2003end', 'blank\\u{2800}\\u{a0}\\u{2003}end'],
    ['Kim Lee', 'Kim Lee'],
    ['a typed \\u{202e}', 'a typed \\u{5c}u{202e}'],
    ['in capitals \\u{202E}', 'in capitals \\u{5c}u{202E}'],
    ['a typed \\u{5c}u{202e}', 'a typed \\u{5c}u{5c}u{202e}'],
    ['both \\\\u{a}\u202e', 'both \\\\u{5c}u{a}\\u{202e}'],
    ['EXAMPLE\\ulla, DOMAIN\\u{kim} and C:\\u', 'EXAMPLE\\ulla, DOMAIN\\u{kim} and C:\\u'],
    ['Łukasz 田中 😀', 'Łukasz 田中 😀'],
  ])('shows what hides in %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })

  it('can be undone, so that no two texts look the same', () => {
    fc.assert(fc.property(withPieces, (text) => undone(visibleText(text)) === text))
  })

  it('leaves nothing that controls the line or its direction, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        (text) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{DI}]/u.test(visibleText(text)),
      ),
    )
  })
})

describe('boundedText', () => {
  it.each(['42\\', 'C:\\', 'a\\u', 'a\\u{20', 'EXAMPLE\\'])(
    'leaves %j as it is, so that no other text looks the same',
    (text) => {
      expect(boundedText(text, text.length)).toBe(text)
      expect(boundedText(text, 1_024)).toBe(text)
    },
  )

  it('cuts what is longer, and no escape and no character in half', () => {
    expect(boundedText('ab\\u{20', 4)).toBe('ab')
    expect(boundedText('ab\u202ec', 9)).toBe('ab')
    expect(boundedText('ab\u202ec', 10)).toBe('ab\\u{202e}')
    expect(boundedText('a😀b', 2)).toBe('a')
  })
})

describe('visibleSentence', () => {
  it('shows what hides, and leaves the escapes that its author made', () => {
    expect(visibleSentence('Not in ou=a\\u{202e}b.\n')).toBe('Not in ou=a\\u{202e}b.\\u{a}')
  })
})
