import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { visibleText } from './index.ts'

describe('visibleText', () => {
  it.each([
    ['Kim\nLee', 'Kim\\u{a}Lee'],
    ['user\u202Egpj', 'user\\u{202e}gpj'],
    ['a\u2066b\u2069', 'a\\u{2066}b\\u{2069}'],
    ['zero\u200Bwidth', 'zero\\u{200b}width'],
    ['line\u2028sep', 'line\\u{2028}sep'],
    ['\ud800alone', '\\u{d800}alone'],
    ['Łukasz 田中 😀', 'Łukasz 田中 😀'],
  ])('shows what hides in %j', (text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })

  it('leaves nothing that controls the line or its direction, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(visibleText(text))))
  })
})
