import type { ElementStrings } from '../words/strings.ts'

/**
 * One character as it is said over the telephone: `k as in Kilo`, `capital K as in Kilo`,
 * `7 seven`, `- hyphen`.
 */
export interface SpelledCharacter {
  /** Said before the character; empty for most. */
  readonly before: string
  readonly character: string
  readonly after: string
}

/** How to say one character. What has no word is only shown. */
export function spellCharacter(character: string, strings: ElementStrings): SpelledCharacter {
  const word = strings.telephoneWords[character.toLowerCase()]
  const isLetter = character.toLowerCase() !== character.toUpperCase()
  if (!isLetter) return { before: '', character, after: strings.characterNames[character] ?? '' }
  return {
    before: character === character.toLowerCase() ? '' : strings.capital,
    character,
    after: word === undefined ? '' : strings.asIn(word),
  }
}
