import { node } from '../parts/node.ts'
import type { ElementStrings } from '../words/strings.ts'
import { spellCharacter } from './spelling.ts'

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
  const kind = hasCapitals ? 'spelling wide' : 'spelling'
  return node(
    'div',
    {
      class: kind,
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
