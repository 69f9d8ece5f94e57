import { visibleText } from '@force-reset/core'
import type { WireUser } from '../../wire/wire.ts'
import type { ElementStrings } from '../words/strings.ts'
import { entryOf } from '../words/trouble.ts'
import { actionButton } from './buttons.ts'
import { node, personText } from './node.ts'

/**
 * The names of a user, as the store has them. A name cannot change the words around it. Where the
 * site chose facts, they and the place tell two people of one name apart.
 */
export function identity(
  user: Pick<WireUser, 'displayName' | 'username' | 'email' | 'place' | 'facts'>,
  strings: ElementStrings,
): HTMLElement {
  const { facts = [] } = user
  const names = [
    'displayName',
    'username',
    'email',
    ...(facts[0] ? (['place'] as const) : []),
  ] as const
  return node(
    'dl',
    { part: 'identity' },
    ...names.map((name) => (user[name] ? row(strings[name], personText(user[name])) : undefined)),
    ...facts.map(({ name, value }) => row(visibleText(name), personText(value))),
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
 * What outlives the old password: in sight where somebody may stay signed in, and behind a line
 * that opens. A thing that this version does not know keeps its name: the operator has to read of
 * the thing in any case.
 */
export function survivorList(
  names: readonly string[],
  { survives, survivors }: ElementStrings,
): HTMLElement | undefined {
  if (names.length === 0) return undefined
  const words = (name: string): string => entryOf(survivors, name) ?? visibleText(name)
  const others = names.filter((name) => name !== 'sessions')
  const list = node(
    'ul',
    { id: 'others', hidden: '' },
    ...others.map((one) => node('li', {}, words(one))),
  )
  const more = actionButton({
    label: survives(others.length),
    part: 'more',
    onPress: () => {
      list.hidden = !list.hidden
      more.ariaExpanded = String(!list.hidden)
    },
  })
  more.ariaExpanded = 'false'
  more.setAttribute('aria-controls', list.id)
  return node(
    'div',
    { class: 'survives' },
    others.length === names.length ? undefined : node('p', {}, words('sessions')),
    ...(others.length === 0 ? [] : [more, list]),
  )
}
