import { html } from 'hono/html'
import { commonWords } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'
import { alertNotice } from './notice.ts'

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
    <input id="${options.name}" name="${options.name}" type="${options.type}"
      autocomplete="${options.autocomplete}" value="${options.value ?? ''}"
      maxlength="1024" required autocapitalize="none" spellcheck="false"
      ${options.minLength === undefined ? '' : html`minlength="${options.minLength}"`}
      ${options.hint === undefined ? '' : html`aria-describedby="${hintId}"`}
      ${options.invalid ? html`aria-invalid="true"` : ''} ${options.focus ? html`autofocus` : ''}>
    ${options.hint === undefined ? '' : html`<p class="hint" id="${hintId}">${options.hint}</p>`}
  </div>`
}

/** What a form for a name and a password shows. */
export interface SignInForm {
  readonly action: string
  /** The name that was typed before. */
  readonly username?: string
  /** Why the attempt before did not work. */
  readonly problem?: string
  /** Further fields that nobody sees. */
  readonly hidden?: Html
}

/** A heading and a form for a name and a password. */
export function signInForm({ action, username, problem, hidden }: SignInForm): Html {
  const retry = problem !== undefined && username !== undefined
  return html`<h1>${commonWords.signIn}</h1>
    ${problem === undefined ? '' : alertNotice(problem)}
    <form method="post" action="${action}">
      ${hidden ?? ''}
      ${field({
        name: 'username',
        label: commonWords.username,
        type: 'text',
        autocomplete: 'username',
        value: username ?? '',
        focus: !retry,
      })}
      ${field({
        name: 'password',
        label: commonWords.password,
        type: 'password',
        autocomplete: 'current-password',
        focus: retry,
      })}
      <button class="button button-primary button-wide" type="submit">
        ${commonWords.signIn}</button>
    </form>`
}
