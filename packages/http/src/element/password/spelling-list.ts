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
  const lower = character.toLowerCase()
  const isLetter = lower !== character.toUpperCase()
  if (!isLetter) return { before: '', character, after: strings.characterNames[character] ?? '' }
  const word = strings.telephoneWords[lower]
  return {
    before: character === lower ? '' : strings.capital,
    character,
    after: word === undefined ? '' : strings.asIn(word),
  }
}

/** The password spelled for the telephone, one list for each group. */
export function spellingList(
  groups: readonly (readonly string[])[],
  strings: ElementStrings,
): HTMLElement {
  const spelled = groups.map((group) => group.map((one) => spellCharacter(one, strings)))
  const hasCapitals = spelled.flat().some(({ before }) => before !== '')
  return node(
    'div',
    {
      class: hasCapitals ? 'wide' : '',
      part: 'spelling',
      role: 'group',
      translate: 'no',
      'aria-label': strings.spelling,
    },
    ...spelled.map((group) => node('ol', { class: 'spelled' }, ...group.map(item))),
  )
}

function item({ before, character, after }: SpelledCharacter): HTMLElement {
  return node(
    'li',
    {},
    before === '' ? undefined : `${before} `,
    node('b', { class: 'glyph', dir: 'ltr' }, character),
    after === '' ? undefined : ` ${after}`,
  )
}
