import { node } from './node.ts'

/** A button that can show another label while it works, without a change of its width. */
export interface ActionButton {
  readonly element: HTMLButtonElement
  /**
   * `off`: the button does nothing, but keeps the focus, which a `disabled` button would lose.
   * `busy`: the same, at work.
   */
  set(state: 'on' | 'off' | 'busy'): void
}

/** The label of a button, its looks and its work. */
export interface ActionButtonOptions {
  readonly label: string
  readonly busyLabel?: string | undefined
  readonly kind?: 'primary' | 'plain' | undefined
  readonly part: string
  readonly onPress: () => void
}

/**
 * Builds a button. Of a double click only the first click counts: the second may land on a button
 * that was not there before.
 */
export function actionButton({
  label,
  busyLabel,
  kind = 'plain',
  part,
  onPress,
}: ActionButtonOptions): ActionButton {
  const working =
    busyLabel === undefined ? undefined : node('span', { class: 'label working' }, busyLabel)
  const element = node(
    'button',
    { type: 'button', class: `button ${kind}`, part: `button ${part}` },
    node('span', { class: 'label' }, label),
    working,
  )
  element.addEventListener('click', (event) => {
    if (event.detail > 1 || element.getAttribute('aria-disabled') === 'true') return
    onPress()
  })
  // A held key must press nothing, least of all a button that a dialog has just focused.
  element.addEventListener('keydown', (event) => {
    if (event.repeat && (event.key === 'Enter' || event.key === ' ')) event.preventDefault()
  })
  return {
    element,
    set: (state) => {
      for (const [name, value] of [
        ['aria-disabled', state !== 'on'],
        ['aria-busy', state === 'busy'],
      ] as const) {
        if (value) element.setAttribute(name, 'true')
        else element.removeAttribute(name)
      }
    },
  }
}
