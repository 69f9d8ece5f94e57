import { html } from 'hono/html'
import { commonWords } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'
import { alertNotice, plainNotice } from './notice.ts'

/** One labelled input of a form. */
export interface Field {
  readonly name: string
  readonly label: string
  readonly type: 'text' | 'password'
  readonly autocomplete: 'username' | 'current-password' | 'new-password'
  readonly value?: string
  readonly hint?: string | undefined
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
  /** What was typed before. The password is looked at, and shown nowhere. */
  readonly attempt?: { readonly username: string; readonly password: string } | undefined
  /** Why the attempt before did not work. */
  readonly problem?: string
  /** Something to know before. */
  readonly notice?: string | undefined
  /** Further fields that nobody sees. */
  readonly hidden?: Html
}

/** A heading and a form for a name and a password. */
export function signInForm({ action, attempt, problem, notice, hidden }: SignInForm): Html {
  const retry = problem !== undefined && attempt !== undefined
  return html`<h1>${commonWords.signIn}</h1>
    ${problem === undefined ? '' : alertNotice(problem)}
    ${notice === undefined ? '' : plainNotice(notice)}
    <form method="post" action="${action}">
      ${hidden ?? ''}
      ${field({
        name: 'username',
        label: commonWords.username,
        type: 'text',
        autocomplete: 'username',
        value: attempt?.username ?? '',
        hint: hasBlankEnd(attempt?.username) ? commonWords.blankEnd.username : undefined,
        focus: !retry,
      })}
      ${field({
        name: 'password',
        label: commonWords.password,
        type: 'password',
        autocomplete: 'current-password',
        hint: hasBlankEnd(attempt?.password) ? commonWords.blankEnd.password : undefined,
        focus: retry,
      })}
      <button class="button button-primary button-wide" type="submit">
        ${commonWords.signIn}</button>
    </form>`
}

/**
 * Whether a text begins or ends with a blank, as a text does that was copied with too much around
 * it. U+200B and U+2060 are blanks that nobody sees.
 */
function hasBlankEnd(text: string | undefined): boolean {
  return /^[\s\u200b\u2060]|[\s\u200b\u2060]$/u.test(text ?? '')
}
