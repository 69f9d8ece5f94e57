import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visibleText } from '../index.ts'

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
    ['Łukasz 田中 😀', 'Łukasz 田中 😀'],
  ])('shows what hides in %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown)
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
