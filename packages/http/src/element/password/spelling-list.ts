import { node } from '../parts/node.ts'
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

/** How to say one character. A character without a word is only shown. */
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

/** The password spelled for the telephone, one list for each group. */
export function spellingList(
  groups: readonly (readonly string[])[],
  strings: ElementStrings,
): HTMLElement {
  const lists = groups.map((group) =>
    node('ol', { class: 'spelled' }, ...group.map((character) => spelled(character, strings))),
  )
  const hasCapitals = groups
    .flat()
    .some((character) => spellCharacter(character, strings).before !== '')
  return node(
    'div',
    {
      class: hasCapitals ? 'spelling wide' : 'spelling',
      part: 'spelling',
      role: 'group',
      translate: 'no',
      'aria-label': strings.spelling,
    },
    ...lists,
  )
}

function spelled(text: string, strings: ElementStrings): HTMLElement {
  const { before, character, after } = spellCharacter(text, strings)
  return node(
    'li',
    {},
    ...(before === '' ? [] : [`${before} `]),
    node('b', { class: 'glyph', dir: 'ltr' }, character),
    ...(after === '' ? [] : [` ${after}`]),
  )
}
