import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import {
  characters,
  entropyBits,
  ForceResetError,
  generateTemporaryPassword,
  grouped,
  nameTokens,
  passphrase,
} from '../index.ts'
import type { CharacterClass, PasswordRules } from '../port/password.ts'
import { acceptanceOf } from './acceptance.ts'
import { certainBits } from './certain-bits.ts'
import { generateBytes } from './generate.ts'
import type { PasswordFormat } from './password-format.ts'
import { samplePassword } from './sample-password.ts'

/**
 * The rules once more, naively, so that the machine of the generator does not mark its own
 * homework.
 */
function satisfies(
  password: string,
  rules: PasswordRules,
  anyOf: readonly (readonly CharacterClass[])[],
): boolean {
  const present = new Set(Array.from(password, classOf))
  return (
    password.length >= (rules.minLength ?? 0) &&
    password.length <= (rules.maxLength ?? 1_024) &&
    [...anyOf, ...(rules.requiredClasses ?? []).map((one) => [one])].every((group) =>
      group.some((one) => present.has(one)),
    ) &&
    present.size >= (rules.minClasses ?? 0) &&
    (rules.forbidden ?? []).every(
      (word) => word === '' || !password.toLowerCase().includes(word.toLowerCase()),
    )
  )
}

function classOf(character: string): CharacterClass {
  if (character >= '0' && character <= '9') return 'digit'
  if (character >= 'a' && character <= 'z') return 'lower'
  return character >= 'A' && character <= 'Z' ? 'upper' : 'symbol'
}

/** Every password that a format spells and the naive rules accept. */
function enumerate(format: PasswordFormat, rules: PasswordRules): readonly string[] {
  const plan = format.fit(rules)
  if (plan === undefined) return []
  const spelled = plan.positions.reduce<readonly string[]>(
    (prefixes, tokens) => prefixes.flatMap((prefix) => tokens.map((token) => prefix + token)),
    [''],
  )
  return spelled.filter((password) => satisfies(password, rules, plan.anyOf))
}

/** Draws from formats too weak for generateTemporaryPassword, to make uniformity countable. */
function draw(format: PasswordFormat, rules: PasswordRules, count: number): Map<string, number> {
  const plan = format.fit(rules)
  if (plan === undefined) throw new Error('the format does not fit')
  const acceptance = acceptanceOf(rules, plan.anyOf)
  const decoder = new TextDecoder()
  const seen = new Map<string, number>()
  for (let i = 0; i < count; i += 1) {
    const password = decoder.decode(samplePassword({ ...plan, acceptance }))
    seen.set(password, (seen.get(password) ?? 0) + 1)
  }
  return seen
}

/**
 * Chi-square of observed counts against what is expected, as standard deviations above its mean.
 */
function deviation(counts: readonly number[], expected: number | readonly number[]): number {
  const expectedAt = (i: number): number =>
    typeof expected === 'number' ? expected : (expected[i] ?? 0)
  const chiSquare = counts.reduce(
    (sum, count, i) => sum + (count - expectedAt(i)) ** 2 / expectedAt(i),
    0,
  )
  const freedom = counts.length - 1
  return (chiSquare - freedom) / Math.sqrt(2 * freedom)
}

const small: readonly (readonly [string, PasswordFormat, PasswordRules])[] = [
  [
    'letters and digits with a forbidden word',
    characters({ length: 5, alphabet: 'aBc12' }),
    { forbidden: ['ab', 'C1'] },
  ],
  ['three classes of four', characters({ length: 4, alphabet: 'aB1+x' }), { minClasses: 3 }],
  [
    'required classes',
    characters({ length: 3, alphabet: 'ab1' }),
    { requiredClasses: ['upper', 'digit'], forbidden: ['A', 'H'] },
  ],
  [
    'groups with a forbidden word across the separator',
    grouped({ groups: 2, size: 2, alphabet: 'ab12' }),
    { forbidden: ['a.1', 'bb'] },
  ],
  [
    'overlapping forbidden words',
    characters({ length: 6, alphabet: 'ab1' }),
    { forbidden: ['aab', 'aba', 'bab1'] },
  ],
  [
    'words of different lengths',
    passphrase({ words: 3, list: ['a', 'bc', 'def', 'gh1'] }),
    { minLength: 7, maxLength: 10, forbidden: ['f.g'] },
  ],
  [
    'words with a digit and capitals',
    passphrase({ words: 2, list: ['ash', 'oak', 'elm'] }),
    { minClasses: 4 },
  ],
  [
    'almost everything rejected',
    characters({ length: 8, alphabet: 'ab1' }),
    { forbidden: ['aa', 'bb', 'b1', '1a'] },
  ],
]

describe('the generator', () => {
  it.each(small)('counts exactly, and draws uniformly, for %s', (_, format, rules) => {
    const accepted = enumerate(format, rules)
    expect(accepted.length).toBeGreaterThan(0)
    expect(2 ** entropyBits(format, rules)).toBeCloseTo(accepted.length, 6)
    const draws = accepted.length * 60
    const seen = draw(format, rules, draws)
    expect([...seen.keys()].every((password) => accepted.includes(password))).toBe(true)
    if (accepted.length > 1)
      expect(
        deviation(
          accepted.map((password) => seen.get(password) ?? 0),
          60,
        ),
      ).toBeLessThan(8)
  })

  it('finds a biased generator with the same test (positive control)', () => {
    const biased = Array.from({ length: 62 }, (_, i) => (i < 256 % 62 ? 5 : 4) * 250)
    expect(deviation(biased, biased.reduce((sum, count) => sum + count, 0) / 62)).toBeGreaterThan(8)
  })

  it('gives every character of the default format exactly its share, in every position', () => {
    const alphabet = 'abcdefghjkmnpqrstvwx23456789'
    const draws = 30_000
    // Of all 28^16 strings those without a digit (20^16) and without a letter (8^16) are rejected:
    // a digit is a little likelier than a letter.
    const accepted = 28 ** 16 - 20 ** 16 - 8 ** 16
    const expected = Array.from(
      alphabet,
      (one) => (draws * (28 ** 15 - (one < 'a' ? 8 ** 15 : 20 ** 15))) / accepted,
    )
    const counts = Array.from({ length: 19 }, () => new Map<string, number>())
    for (let i = 0; i < draws; i += 1) {
      for (const [position, character] of Array.from(
        generateTemporaryPassword().reveal(),
      ).entries()) {
        const count = counts[position]
        count?.set(character, (count.get(character) ?? 0) + 1)
      }
    }
    expect(expected.reduce((sum, one) => sum + one, 0)).toBeCloseTo(draws, 5)
    for (const [position, count] of counts.entries()) {
      if (position % 5 === 4) expect(count.get('.')).toBe(draws)
      else
        expect(
          deviation(
            Array.from(alphabet, (one) => count.get(one) ?? 0),
            expected,
          ),
        ).toBeLessThan(8)
    }
  })

  it('has the documented default: four groups of four, 76.9 bits', () => {
    expect(generateTemporaryPassword().reveal()).toMatch(
      /^([a-hjkmnp-tvwx2-9]{4}\.){3}[a-hjkmnp-tvwx2-9]{4}$/,
    )
    expect(entropyBits()).toBeCloseTo(76.9, 1)
  })

  it('never repeats itself and never breaks a rule, whatever the rules', () => {
    const word = fc.string({ minLength: 1, maxLength: 6 })
    const rules = fc.record({
      minLength: fc.integer({ min: 0, max: 40 }),
      maxLength: fc.integer({ min: 14, max: 80 }),
      minClasses: fc.integer({ min: 0, max: 4 }),
      requiredClasses: fc.subarray<CharacterClass>(['lower', 'upper', 'digit', 'symbol']),
      forbidden: fc.array(word, { maxLength: 4 }),
    })
    const formats = fc.constantFrom(
      grouped(),
      characters(),
      characters({ length: 14 }),
      grouped({ groups: 6, size: 3 }),
    )
    fc.assert(
      fc.property(formats, rules, (format, given) => {
        const plan = format.fit(given)
        try {
          const password = generateTemporaryPassword(format, given).reveal()
          return plan !== undefined && satisfies(password, given, plan.anyOf)
        } catch (error) {
          return (
            error instanceof ForceResetError &&
            error.code === 'ERR_RULES_UNSATISFIABLE' &&
            entropyBits(format, given) < 60
          )
        }
      }),
      { numRuns: 300 },
    )
  })

  it('never claims more entropy by its quick bound than there is', () => {
    const rules = fc.record({
      minClasses: fc.integer({ min: 0, max: 4 }),
      requiredClasses: fc.subarray<CharacterClass>(['lower', 'upper', 'digit', 'symbol']),
      forbidden: fc.array(fc.stringMatching(/^[a-f2-5A-F-]{1,5}$/), { maxLength: 3 }),
    })
    fc.assert(
      fc.property(rules, (given) => {
        const plan = grouped().fit(given)
        return (
          plan !== undefined &&
          certainBits({ ...plan, acceptance: acceptanceOf(given, plan.anyOf) }) <=
            entropyBits(grouped(), given) + 1e-9
        )
      }),
      { numRuns: 100 },
    )
  })

  it('lengthens for a least length and drops the separators for a greatest one', () => {
    expect(generateTemporaryPassword(grouped(), { minLength: 20 }).reveal()).toHaveLength(24)
    expect(generateTemporaryPassword(grouped(), { maxLength: 16 }).reveal()).toMatch(
      /^[a-x2-9]{16}$/,
    )
  })

  it.each([grouped(), characters(), passphrase({ words: 1, list: ['a', 'b', 'c', 'd'] })])(
    'meets a least length of 256 characters, and is not asked for more',
    (format) => {
      expect(
        generateTemporaryPassword(format, { minLength: 256 }).reveal().length,
      ).toBeGreaterThanOrEqual(256)
      const neverAsked: PasswordFormat = {
        kind: 'characters',
        fit: () => expect.fail('the format was asked for a plan'),
      }
      expect(() => generateTemporaryPassword(neverAsked, { minLength: 257 })).toThrow(/entropy/)
      expect(entropyBits(neverAsked, { minLength: 999_999_999 })).toBe(Number.NEGATIVE_INFINITY)
    },
  )

  it('counts nothing for a name of hundreds of parts, because the quick bound suffices', () => {
    const name = Array.from(
      { length: 64 },
      (_, part) => `${'abcdefgh'[part % 8]}${'jkmnpqrs'[part >> 3]}z`,
    ).join(' ')
    const forbidden = nameTokens({ username: name, displayName: name, email: name })
    const plan = grouped().fit({ forbidden })
    if (plan === undefined) throw new Error('the format does not fit')
    expect(forbidden.length).toBeGreaterThan(60)
    const acceptance = acceptanceOf({ forbidden }, plan.anyOf)
    expect(certainBits({ ...plan, acceptance })).toBeGreaterThan(76)
  })

  it.each<readonly [PasswordFormat, PasswordRules]>([
    [grouped(), { maxLength: 8 }],
    [grouped(), { minLength: 30, maxLength: 20 }],
    [grouped(), { forbidden: Array.from('abcdefghjkmnpqrstvwx') }],
    [grouped({ groups: 2 }), {}],
    [passphrase({ words: 3, list: ['one', 'two', 'three'] }), {}],
  ])('refuses what is impossible or too weak', (format, rules) => {
    expect(() => generateTemporaryPassword(format, rules)).toThrow(/entropy/)
  })

  it.each<readonly [string, PasswordFormat, PasswordRules]>([
    ['38.0', characters({ length: 38, alphabet: 'ab' }), {}],
    ['57.0', passphrase({ words: 19, list: ['aa', 'b', 'c', 'd', 'e', 'f', 'g', 'h'] }), {}],
    ['0.0', grouped(), { maxLength: 0 }],
  ])('says that %s bits are left, and how many are needed', (bits, format, rules) => {
    expect(() => generateTemporaryPassword(format, rules)).toThrow(
      `format and rules leave ${bits} bits of entropy; at least 60 are needed`,
    )
  })

  it('takes exactly 60 bits, counted quickly or not', () => {
    const list = ['aa', 'bb', 'cc', 'dd', 'ee', 'ff', 'gg', 'hh']
    expect(generateBytes(characters({ length: 60, alphabet: 'ab' }))).toHaveLength(60)
    expect(generateBytes(passphrase({ words: 20, list }))).toHaveLength(59)
  })

  it('tells of the error of a format, and of none where the rules cannot be met', () => {
    const broken: PasswordFormat = {
      kind: 'characters',
      fit: () => {
        throw new TypeError('broken')
      },
    }
    const failed = vi.fn()
    expect(generateBytes(broken, {}, failed)).toBe(Number.NEGATIVE_INFINITY)
    expect(failed.mock.calls).toEqual([[new TypeError('broken')]])
    failed.mockClear()
    expect(generateBytes(grouped(), { maxLength: 0 }, failed)).toBe(Number.NEGATIVE_INFINITY)
    expect(failed).not.toHaveBeenCalled()
    expect(() => generateTemporaryPassword(broken)).toThrow(/leave 0\.0 bits/)
  })

  it.each([
    () => characters({ length: 0 }),
    () => characters({ alphabet: 'aa' }),
    () => characters({ alphabet: 'aé' }),
    () => grouped({ separator: '--' }),
    () => grouped({ groups: 1.5 }),
    () => passphrase({ words: 6, list: ['one', 'One'] }),
    () => passphrase({ words: 6, list: ['one.two', 'three'] }),
    () => passphrase({ words: 6, list: [] }),
    () => passphrase({ words: 6, list: Array.from({ length: 65_537 }, (_, word) => `w${word}`) }),
    () => passphrase(JSON.parse('{"words":6}')),
  ])('refuses malformed options by name', (make) => {
    expect(make).toThrow(ForceResetError)
  })
})
