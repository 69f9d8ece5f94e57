import { html } from 'hono/html'
import type { Html } from './html.ts'

/** One labelled input of a form. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'password'
  readonly autocomplete: 'username' | 'current-password' | 'new-password'
  readonly value?: string
  readonly hint?: string
  readonly focus?: boolean
  readonly minLength?: number
  /** Whether what was entered was refused. */
  readonly invalid?: boolean
}

/** A labelled input; its hint is read out with it. */
export function field(options: Field): Html {
  const hintId = `${options.name}-hint`
  return html`<div class="field">
    <label for="${options.name}">${options.label}</label>
    <input id="${options.name}" name="${options.name}" type="${options.type}" autocomplete="${options.autocomplete}"
      value="${options.value ?? ''}" maxlength="1024" required autocapitalize="none" spellcheck="false"
      ${options.minLength === undefined ? '' : html`minlength="${options.minLength}"`}
      ${options.hint === undefined ? '' : html`aria-describedby="${hintId}"`}
      ${options.invalid ? html`aria-invalid="true"` : ''} ${options.focus ? html`autofocus` : ''}>
    ${options.hint === undefined ? '' : html`<p class="hint" id="${hintId}">${options.hint}</p>`}
  </div>`
}
