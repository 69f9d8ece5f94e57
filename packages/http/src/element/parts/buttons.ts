import { node } from './node.ts'

/** A button whose label can give way to that of its work, without changing its width. */
export interface ActionButton {
  readonly element: HTMLButtonElement
  /**
   * `off`: it explains itself and does nothing; it keeps the focus, which a `disabled` button would
   * lose. `busy`: the same, at work.
   */
  set(state: 'on' | 'off' | 'busy'): void
}

export interface ActionButtonOptions {
  readonly label: string
  readonly busyLabel?: string | undefined
  readonly kind?: 'primary' | 'plain' | undefined
  readonly part: string
  readonly onPress: () => void
}

/**
 * A button. Of a double click only the first counts: the second may land on something that was not
 * there yet.
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
  // A key that is held must press nothing, least of all what a dialog has put under it.
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
