import { describe, expect, it } from 'vitest'
import { searchParts } from './search-parts.ts'

describe('the parts of a search', () => {
  it.each([
    ['mina', ['mina']],
    ['Okafor Mina', ['Okafor', 'Mina']],
    ['  Mina  Okafor ', ['Mina', 'Okafor']],
    ['Mina\tOkafor\r\nBerlin', ['Mina', 'Okafor', 'Berlin']],
    ['Mina\u00a0Okafor\u3000山田\u2009x\u0085y', ['Mina', 'Okafor', '山田', 'x', 'y']],
    ['Ada Ada', ['Ada', 'Ada']],
    ["O'Brien-Smith, Mina", ["O'Brien-Smith,", 'Mina']],
    ['a b c d e f g', ['a', 'b', 'c', 'd', 'e']],
    [' \t\u00a0', []],
    ['', []],
    [undefined, []],
  ])('of %j are what stands between white space, five at most', (search, parts) => {
    expect(searchParts(search)).toEqual(parts)
  })
})
