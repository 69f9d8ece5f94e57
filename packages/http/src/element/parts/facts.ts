import { visibleText } from '@force-reset/core'
import type { WireUser } from '../../wire/wire.ts'
import type { ElementStrings } from '../words/strings.ts'
import { entryOf } from '../words/trouble.ts'
import { node, personText } from './node.ts'

/** The names of a user, as the store has them. A name cannot change the words around it. */
export function identity(
  user: Pick<WireUser, 'displayName' | 'username' | 'email'>,
  strings: ElementStrings,
): HTMLElement {
  const names = ['displayName', 'username', 'email'] as const
  return node(
    'dl',
    { part: 'identity' },
    ...names.map((name) => (user[name] ? row(strings[name], personText(user[name])) : undefined)),
  )
}

/** One line of a list of facts. */
export function row(name: string, ...values: readonly (Node | string)[]): HTMLElement {
  return node(
    'div',
    { class: 'row' },
    node('dt', {}, name),
    ...values.map((value) => node('dd', {}, value)),
  )
}

/**
 * The words for the things that outlive the old password. A thing that this version does not know
 * keeps its name: the operator has to read of the thing in any case.
 */
export function survivorWords(
  names: readonly string[],
  { survivors }: ElementStrings,
): readonly string[] {
  return names.map((name) => entryOf(survivors, name) ?? visibleText(name))
}
