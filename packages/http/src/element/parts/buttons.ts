import { fill, node } from './node.ts'

/** The label of a button, its looks and its work. */
export interface ActionButtonOptions {
  readonly label: string
  readonly busyLabel?: string | undefined
  readonly kind?: 'primary' | '' | undefined
  readonly part: string
  readonly onPress: () => void
}

/**
 * Builds a button that can show another label while it works, without a change of its width. Of a
 * double click only the first click counts: the second may land on a button that was not there
 * before.
 */
export function actionButton({
  label,
  busyLabel,
  kind = '',
  part,
  onPress,
}: ActionButtonOptions): HTMLButtonElement {
  const working =
    busyLabel === undefined ? undefined : node('span', { class: 'label working' }, busyLabel)
  const element = node(
    'button',
    { type: 'button', class: kind, part: `button ${part}` },
    node('span', { class: 'label' }, label),
    working,
  )
  element.addEventListener('click', (event) => {
    if (event.detail > 1 || element.ariaDisabled) return
    onPress()
  })
  // A held key must press nothing, least of all a button that a dialog has just focused.
  element.addEventListener('keydown', (event) => {
    if (event.repeat && (event.key === 'Enter' || event.key === ' ')) event.preventDefault()
  })
  return element
}

/** Gives the button another label. A label that stays the same is not touched. */
export function setLabel(button: HTMLButtonElement, label: string): void {
  if (button.firstElementChild) fill(button.firstElementChild, label)
}

/**
 * `off`: the button does nothing, but keeps the focus, which a `disabled` button would lose.
 * `busy`: the same, at work.
 */
export function setButton(button: HTMLButtonElement, state: 'on' | 'off' | 'busy'): void {
  button.ariaDisabled = state === 'on' ? null : 'true'
  button.ariaBusy = state === 'busy' ? 'true' : null
}
