import { node } from '../parts/node.ts'

/** A child that may be missing. Its place is there in any case, so that its neighbours stay. */
export function place(...children: readonly (Node | string | undefined)[]): HTMLElement {
  return node('div', {}, ...children)
}

/** A place whose words a screen reader says when they change. */
export function alertPlace(id: string, words: string | undefined): HTMLElement {
  const attributes = { id, role: 'alert', class: 'wrong' }
  return node('div', attributes, words === undefined ? undefined : node('p', {}, words))
}

/** A button of the step. Of a double click the first counts. A held key presses nothing. */
export function pressButton(options: {
  readonly id: string
  readonly label: string
  readonly busyLabel?: string | undefined
  readonly kind?: 'primary' | '' | undefined
  readonly state?: 'on' | 'off' | 'busy' | undefined
  readonly describedBy?: string | undefined
  readonly onPress: () => void
}): HTMLButtonElement {
  const { id, label, busyLabel, kind = '', state = 'on', describedBy, onPress } = options
  const working =
    busyLabel === undefined ? undefined : node('span', { class: 'label working' }, busyLabel)
  const button = node(
    'button',
    { id, type: 'button', class: kind, part: `button ${id}` },
    node('span', { class: 'label' }, label),
    working,
  )
  if (describedBy !== undefined) button.setAttribute('aria-describedby', describedBy)
  if (state !== 'on') button.ariaDisabled = 'true'
  if (state === 'busy') button.ariaBusy = 'true'
  button.onclick = ({ detail }) => {
    if (detail <= 1 && state === 'on') onPress()
  }
  button.onkeydown = (event) => {
    if (event.repeat && (event.key === 'Enter' || event.key === ' ')) event.preventDefault()
  }
  return button
}

/** One choice of several. */
export interface ChoiceOptions {
  readonly id: string
  readonly group: string
  readonly label: Node | string
  /** Stands beside the label and is read with it. */
  readonly note?: string | undefined
  readonly chosen: boolean
  readonly off?: boolean | undefined
  readonly describedBy?: string | undefined
  /** `byHand`: by the mouse or a finger, and not on the way of the arrow keys. */
  readonly onChoose: (byHand: boolean) => void
}

/** A radio button with its label. The whole row can be pressed. */
export function choice(options: ChoiceOptions): HTMLElement {
  const { id, group, label, note, chosen, off = false, describedBy, onChoose } = options
  const input = node('input', { id, type: 'radio', name: group })
  input.checked = chosen
  input.toggleAttribute('disabled', off)
  if (describedBy !== undefined) input.setAttribute('aria-describedby', describedBy)
  // The arrow keys click as well, with a count of 0. A label passes its own count on.
  input.onclick = ({ detail }) => onChoose(detail > 0)
  return node(
    'label',
    { for: id, part: 'choice' },
    input,
    node('span', { class: 'name' }, label),
    note === undefined ? undefined : node('span', { class: 'note' }, note),
  )
}

/** Several choices with their common name. */
export function choices(
  legend: string,
  described: string,
  ...rows: readonly HTMLElement[]
): HTMLElement {
  return node(
    'fieldset',
    { part: 'choices', 'aria-describedby': described },
    node('legend', {}, legend),
    ...rows,
  )
}

/** A field for one line of text. Its words of error stand below it. */
export function textField(options: {
  readonly id: string
  readonly label: string
  readonly hint?: string | undefined
  readonly value: string
  readonly numeric?: boolean | undefined
  readonly error: string | undefined
  readonly locked: boolean
  readonly onInput: (value: string) => void
  readonly onFocus?: (() => void) | undefined
}): HTMLElement {
  const { id, label, hint, value, numeric = false, error, locked, onInput, onFocus } = options
  const [hintId, errorId] = [`${id}-hint`, `${id}-error`]
  const input = node('input', {
    id,
    part: numeric ? 'input code' : 'input',
    // The code belongs to somebody else: a browser must not offer the operator's own.
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    'aria-describedby': [...(hint === undefined ? [] : [hintId]), errorId].join(' '),
  })
  if (numeric) input.inputMode = 'numeric'
  if (error !== undefined) input.ariaInvalid = 'true'
  input.readOnly = locked
  input.value = value
  // Another input may have taken this function over: see `become`.
  input.oninput = ({ currentTarget }) => {
    if (currentTarget instanceof HTMLInputElement) onInput(currentTarget.value)
  }
  if (onFocus) input.onfocus = onFocus
  return node(
    'div',
    { part: 'field' },
    node('label', { for: id }, label),
    input,
    place(hint === undefined ? undefined : node('p', { id: hintId, class: 'hint' }, hint)),
    alertPlace(errorId, error),
  )
}
