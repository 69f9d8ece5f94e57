import { describe, expect, it } from 'vitest'
import { english } from '../words/english.ts'
import { spellCharacter } from './spelling-list.ts'

const said = (character: string): string => {
  const { before, character: shown, after } = spellCharacter(character, english)
  return [before, shown, after].filter((part) => part !== '').join(' ')
}

describe('spellCharacter', () => {
  it.each([
    ['k', 'k as in Kilo'],
    ['K', 'capital K as in Kilo'],
    ['7', '7 seven'],
    ['-', '- hyphen'],
    ['?', '? question mark'],
  ])('says %s as %s', (character, words) => {
    expect(said(character)).toBe(words)
  })

  it('has a word for every printable character of ASCII', () => {
    const printable = Array.from({ length: 0x7f - 0x21 }, (_, index) =>
      String.fromCharCode(0x21 + index),
    )
    expect(
      printable.filter((character) => spellCharacter(character, english).after === ''),
    ).toEqual([])
  })

  it('shows a character that has no word', () => {
    expect(said('ß')).toBe('ß')
  })
})
