import type { WireUser } from '../../wire/wire.ts'
import type { ElementStrings } from '../words/strings.ts'
import { node, personText } from './node.ts'

/**
 * Who it is about, as the store names them: what a target calls itself cannot change the words
 * around it.
 */
export function identity(user: WireUser, strings: ElementStrings): HTMLElement {
  const rows = [
    [strings.displayName, user.displayName],
    [strings.username, user.username],
    [strings.email, user.email],
  ] as const
  return node(
    'dl',
    { class: 'identity', part: 'identity' },
    ...rows.map(([name, text]) => (text ? row(name, personText(text)) : undefined)),
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
