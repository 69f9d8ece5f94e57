import { node } from '../parts/node.ts'
import type { ElementStrings } from '../words/strings.ts'

/** Longest reason, in characters. Core refuses a longer reason. */
const longestReason = 500

/** The field for the reason. */
export interface ReasonField {
  /** `undefined` when no reason is asked for. */
  readonly element: HTMLElement | undefined
  readonly value: string
  /** Whether the reset may go on. Otherwise the field says what is missing, and has the focus. */
  check(): boolean
  lock(locked: boolean): void
}

/**
 * Builds the field for the value of the element's `reason` attribute; `undefined` for `off`. The
 * reason is optional unless the value is `required`. The field is a single line outside of
 * any form: Enter sends nothing, and the browser keeps no history of the reasons.
 */
export function reasonField(
  policy: string | null,
  draft: string,
  strings: ElementStrings,
): ReasonField {
  const required = policy === 'required'
  const input = node('input', {
    id: 'reason',
    part: 'input',
    autocomplete: 'off',
    maxlength: String(longestReason),
    'aria-required': String(required),
    'aria-describedby': 'reason-hint',
  })
  const length = node('span', { class: 'count' })
  const missing = node('span', { class: 'missing' })
  const update = (): void => {
    length.textContent = strings.reasonLength(input.value.length, longestReason)
    if (input.value.trim() === '') return
    missing.textContent = ''
    input.ariaInvalid = null
  }
  input.value = draft
  input.addEventListener('input', update)
  update()
  const label = node('label', { for: 'reason' }, required ? strings.reasonRequired : strings.reason)
  return {
    element:
      policy === 'off'
        ? undefined
        : node(
            'div',
            { part: 'field' },
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
      input.ariaInvalid = 'true'
      input.focus()
      return false
    },
    lock: (locked) => {
      input.readOnly = locked
    },
  }
}
