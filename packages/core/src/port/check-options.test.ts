import { describe, expect, it } from 'vitest'
import type { OptionRule } from '../store.ts'
import { aFlag, aFunction, aText, checkOptions, oneOf, optional, wholeNumber } from '../store.ts'

const secret = 'hunter2'

function messageOf(rule: OptionRule, value: unknown): string {
  try {
    checkOptions({ it: value }, { it: rule })
    return ''
  } catch (error) {
    return String(error)
  }
}

describe('checkOptions', () => {
  it.each<[string, OptionRule, readonly unknown[], readonly unknown[]]>([
    ['a function', aFunction, [() => 1, class {}], [undefined, null, secret, {}]],
    ['true or false', aFlag, [true, false], [undefined, null, secret, 0, 1]],
    ['text that is not empty', aText, [secret], [undefined, null, '', 5, [secret]]],
    [
      'a whole number from 2 to 9',
      wholeNumber(2, 9),
      [2, 9],
      [undefined, null, 1, 10, 2.5, Number.NaN, '5', 5n],
    ],
    ["'a' or 'b'", oneOf('a', 'b'), ['a', 'b'], [undefined, null, 'c', '', ['a']]],
    ['a function', optional(aFunction), [undefined, () => 1], [null, secret, 0, '', false]],
  ])('takes %s, and names what is wanted and given otherwise', (wanted, rule, right, wrong) => {
    for (const value of right) expect(messageOf(rule, value)).toBe('')
    for (const value of wrong) {
      const given = typeof value
      expect(messageOf(rule, value)).toBe(`ForceResetError: it must be ${wanted} (${given})`)
    }
  })

  it.each([undefined, null, secret, 5])(
    'takes options that are none for empty ones: %j',
    (none) => {
      expect(() => checkOptions(none, { it: optional(aText) })).not.toThrow()
      expect(() => checkOptions(none, { it: aText })).toThrow(/^it must be text/)
    },
  )

  it('names an option within an option by its path, and has a code', () => {
    expect(() => checkOptions({ times: 0 }, { times: wholeNumber(1, 9) }, 'retry.')).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_CONFIG',
        message: expect.stringMatching(/^retry\.times must be/),
      }),
    )
  })

  const limit = optional(wholeNumber(1, 9))
  it.each<[string, object]>([
    ['a misspelt one', { limits: 5 }],
    ['one without a value', { limits: undefined }],
    ['an inherited one', Object.create({ limits: 5 })],
    ['one without a prototype', Object.assign(Object.create(null), { limits: 5 })],
    ['a frozen one', Object.freeze({ limits: 5 })],
    [
      'a getter, which is not called',
      {
        get limits(): never {
          throw new Error(secret)
        },
      },
    ],
    [
      'a field of a class',
      new (class {
        limits = 5
      })(),
    ],
  ])('refuses %s that no rule names, and says which one is near', (_, options) => {
    expect(() => checkOptions(options, { limit })).toThrow(
      /^limits is no option; did you mean limit\?$/,
    )
  })

  it('reads options of classes, of prototypes and without one, and leaves symbols alone', () => {
    class Options {
      static readonly least = 2
      get limit() {
        return Options.least
      }
      describe() {}
    }
    const without = Object.assign(Object.create(null), { limit: 2 })
    for (const options of [new Options(), Object.create({ limit: 2 }), without])
      expect(() => checkOptions(options, { limit: wholeNumber(2, 2) })).not.toThrow()
    expect(() => checkOptions({ [Symbol('limits')]: 5 }, { limit })).not.toThrow()
  })

  it.each(['constructor', '__proto__', 'toString'])(
    'refuses %s, which every object has',
    (name) => {
      const options = JSON.parse(`{"${name}":{}}`)
      expect(() => checkOptions(options, { limit })).toThrow(`${name} is no option`)
    },
  )

  it('shows hidden characters of a name, and little of a long one', () => {
    expect(() => checkOptions({ 'a\nb': 1 }, {})).toThrow(/^a\\u\{a\}b is no option$/)
    expect(() => checkOptions({ ['x'.repeat(9_000)]: 1 }, {})).toThrow(/^x{64} is no option$/)
  })
})
