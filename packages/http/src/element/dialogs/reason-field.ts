import { node } from '../parts/node.ts'
import type { ElementStrings } from '../words/strings.ts'

/** Whether the operator has to say why: the element's `reason` attribute. */
export type ReasonPolicy = 'required' | 'optional' | 'off'

/** Longest reason, in characters. Core refuses a longer reason. */
const longestReason = 500

/** The field for the reason. */
export interface ReasonField {
  readonly element: HTMLElement
  readonly value: string
  /** Whether the reset may go on. Otherwise the field says what is missing, and has the focus. */
  check(): boolean
  lock(locked: boolean): void
}

/**
 * Builds the field; `undefined` when no reason is asked for. The field is a single line outside of
 * any form: Enter sends nothing, and the browser keeps no history of the reasons.
 */
export function reasonField(
  policy: ReasonPolicy,
  draft: string,
  strings: ElementStrings,
): ReasonField | undefined {
  if (policy === 'off') return undefined
  const required = policy === 'required'
  const input = node('input', {
    id: 'reason',
    type: 'text',
    class: 'input',
    part: 'input',
    autocomplete: 'off',
    maxlength: String(longestReason),
    'aria-required': required ? 'true' : undefined,
    'aria-describedby': 'reason-hint',
  })
  const length = node('span', { class: 'count' })
  const missing = node('span', { class: 'missing' })
  const update = (): void => {
    length.textContent = strings.reasonLength(input.value.length, longestReason)
    if (input.value.trim() === '') return
    missing.textContent = ''
    input.removeAttribute('aria-invalid')
  }
  input.value = draft
  input.addEventListener('input', update)
  update()
  const label = node('label', { for: 'reason' }, required ? strings.reasonRequired : strings.reason)
  return {
    element: node(
      'div',
      { class: 'field', part: 'field' },
      label,
      input,
      node('div', { id: 'reason-hint', class: 'hint' }, missing, length),
    ),
    get value() {
      return input.value
    },
    check: () => {
      if (!required || input.value.trim() !== '') return true
      missing.textContent = `${strings.reasonMissing} ${strings.unchanged}`
      input.setAttribute('aria-invalid', 'true')
      input.focus()
      return false
    },
    lock: (locked) => {
      input.readOnly = locked
    },
  }
}
