import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { characterGroups } from './character-groups.ts'

const shown = (password: string): string[] =>
  characterGroups([...password]).map((group) => group.join(''))

describe('characterGroups', () => {
  it('adds nothing and leaves nothing out', () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    })
    fc.assert(
      fc.property(printable, (password) => {
        expect(shown(password).join('')).toBe(password)
      }),
    )
  })

  it.each([
    ['the groups of a password', 'k7mq-x2pd-9wht-r4gz', ['k7mq-', 'x2pd-', '9wht-', 'r4gz']],
    [
      'the words of a passphrase',
      'correct.horse.battery.7',
      ['correct.', 'horse.', 'battery.', '7'],
    ],
    ['fours, where nothing separates', 'abcdefghjk', ['abcd', 'efgh', 'jk']],
    ['fours, where symbols are part of it', 'ab+d-fgh=k', ['ab+d', '-fgh', '=k']],
    ['fours within a long group', 'a-2345678', ['a-', '2345', '678']],
  ])('finds %s', (_, password, groups) => {
    expect(shown(password)).toEqual(groups)
  })
})
