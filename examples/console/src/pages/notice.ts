import { html } from 'hono/html'
import type { Html } from '../words/html.ts'
import { noticeIcon } from './icons.ts'

/** Something that went wrong, said at once by a screen reader. */
export function alertNotice(words: string | Html): Html {
  return html`<div class="notice notice-alert" role="alert">${noticeIcon}<p>${words}</p></div>`
}

/** Something to know. */
export function plainNotice(words: string | Html): Html {
  return html`<div class="notice">${noticeIcon}<p>${words}</p></div>`
}
