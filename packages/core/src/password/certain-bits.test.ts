import { describe, expect, it } from 'vitest'
import { characters, grouped, passphrase } from '../index.ts'
import type { PasswordRules } from '../port/password.ts'
import { acceptanceOf } from './acceptance.ts'
import { certainBits } from './certain-bits.ts'
import type { PasswordFormat } from './password-format.ts'

function boundOf(format: PasswordFormat, rules: PasswordRules = {}): number {
  const plan = format.fit(rules)
  if (plan === undefined) throw new Error('the format does not fit')
  return certainBits({ ...plan, acceptance: acceptanceOf(rules, plan.anyOf) })
}

describe('the quick bound of the entropy', () => {
  it('is all of the entropy where no rule rejects anything', () => {
    expect(boundOf(characters({ length: 20, alphabet: 'ab' }))).toBe(20)
    expect(boundOf(grouped({ groups: 3, size: 2, alphabet: 'abcd' }))).toBe(12)
  })

  it('leaves out the choices of each set of classes that is not enough', () => {
    // Letters are 1/2, digits and symbols 1/4 each. Rejected are the sets without a letter: digits
    // 1/4, symbols 1/4, both 1/2. Rejected are the sets without a digit, too: small letters 1/2 and
    // small letters with symbols 3/4, each once more with capitals, and symbols with capitals 1/4.
    const shares = [1 / 4, 1 / 4, 1 / 2, 1 / 2, 1 / 2, 3 / 4, 3 / 4, 1 / 4]
    const rejected = shares.reduce((sum, share) => sum + share ** 4, 0)
    expect(boundOf(characters({ length: 4, alphabet: 'ab1+' }))).toBeCloseTo(
      8 + Math.log2(1 - rejected),
      12,
    )
  })

  it('knows that a separator is always of its own class', () => {
    // Only sets with symbols are possible: letters without digits, twice, and digits alone.
    const rejected = 2 * (2 / 3) ** 4 + (1 / 3) ** 4
    expect(boundOf(grouped({ groups: 2, size: 2, alphabet: 'ab1' }))).toBeCloseTo(
      4 * Math.log2(3) + Math.log2(1 - rejected),
      12,
    )
  })

  it('leaves out each word at each place, in either case of its letters', () => {
    const eight = characters({ length: 8, alphabet: 'aAbcdefg' })
    expect(boundOf(eight, { forbidden: ['aB'] })).toBeCloseTo(24 + Math.log2(3 / 4), 12)
    expect(boundOf(eight, { forbidden: ['ab', 'CDE'] })).toBeCloseTo(
      24 + Math.log2(1 - 8 * (2 / 64) - 8 * (1 / 512)),
      12,
    )
    expect(boundOf(eight, { forbidden: ['az'] })).toBe(24)
  })

  it('counts a character of a word as where the character is likeliest', () => {
    const pairs = grouped({ groups: 2, size: 2, alphabet: 'abcd' })
    expect(boundOf(pairs, { forbidden: ['.a'] })).toBe(Number.NEGATIVE_INFINITY)
    expect(boundOf(pairs, { forbidden: ['a.b'] })).toBeCloseTo(8 + Math.log2(1 - 5 / 16), 12)
  })

  it('is nothing for words of several characters, which are counted', () => {
    expect(boundOf(passphrase({ words: 20, list: ['a', 'bc'] }))).toBe(0)
    expect(boundOf(passphrase({ words: 20, list: ['a', 'b'] }))).toBe(20)
  })
})
