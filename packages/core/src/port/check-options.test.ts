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
})
