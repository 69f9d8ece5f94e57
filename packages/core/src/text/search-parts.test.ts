import { describe, expect, it } from 'vitest'
import { searchParts, searchSpellings } from './search-parts.ts'

describe('the parts of a search', () => {
  it.each([
    ['mina', ['mina']],
    ['Okafor Mina', ['Okafor', 'Mina']],
    ['  Mina  Okafor ', ['Mina', 'Okafor']],
    ['Mina\tOkafor\r\nBerlin', ['Mina', 'Okafor', 'Berlin']],
    ['Mina\u00a0Okafor\u3000山田\u2009x\u0085y', ['Mina', 'Okafor', '山田', 'x', 'y']],
    ['Ada Ada', ['Ada', 'Ada']],
    ["O'Brien-Smith, Mina", ["O'Brien-Smith", 'Mina']],
    [', ,, a,b,, ,c', [',', ',', 'a,b', ',c']],
    ['a b c d e f g', ['a', 'b', 'c', 'd', 'e']],
    [' \t\u00a0', []],
    ['', []],
    [undefined, []],
  ])('of %j are what stands between white space, five at most', (search, parts) => {
    expect(searchParts(search)).toEqual(parts)
  })
})

describe('the spellings of a part', () => {
  it.each([
    ['mina', ['mina']],
    ["o'neill", ["o'neill", 'o\u2019neill']],
    ['o\u2019neill', ['o\u2019neill', "o'neill"]],
    ['o\u2018neill', ['o\u2018neill', "o'neill", 'o\u2019neill']],
    ['anna-lena', ['anna-lena', 'anna\u2010lena']],
    ['anna\u2011lena', ['anna\u2011lena', 'anna-lena', 'anna\u2010lena']],
    ["d'a-b-c", ["d'a-b-c", "d'a\u2010b\u2010c", 'd\u2019a-b-c', 'd\u2019a\u2010b\u2010c']],
    ['', ['']],
  ])('%j has the apostrophes and hyphens of the keyboard and of print', (part, spellings) => {
    expect(searchSpellings(part)).toEqual(spellings)
  })
})
