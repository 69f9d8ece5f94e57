import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { throwawayLike } from './throwaway-like.ts'

const ascii = fc.uint8Array({ min: 0x21, max: 0x7e, minLength: 12, maxLength: 64 })
const shapeOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString()
    .replace(/[0-9]/g, '0')
    .replace(/[a-z]/g, 'a')
    .replace(/[A-Z]/g, 'A')
    .replace(/[^0aA]/g, '+')

describe('throwawayLike', () => {
  it('keeps the length and the class of every character, and is another password', () => {
    fc.assert(
      fc.property(ascii, (bytes) => {
        const before = Buffer.from(bytes)
        const throwaway = throwawayLike(bytes)
        expect(shapeOf(throwaway)).toBe(shapeOf(bytes))
        expect(before.equals(bytes)).toBe(true)
        expect(before.equals(throwaway)).toBe(false)
      }),
    )
  })

  it('holds no forbidden word, in whatever case', () => {
    const bytes = Buffer.from('aA'.repeat(20))
    // Of two letters each: every draw in forty holds one of these somewhere, or nearly.
    const words = Array.from('abcdefghijklmn', (letter) => `${letter}Z`)
    for (let round = 0; round < 50; round += 1) {
      const text = Buffer.from(throwawayLike(bytes, words)).toString().toLowerCase()
      expect(words.some((word) => text.includes(word.toLowerCase()))).toBe(false)
    }
  })

  it('gives up on words that cannot be avoided', () => {
    expect(throwawayLike(Buffer.from('7777'), Array.from('0123456789'))).toHaveLength(4)
  })
})
