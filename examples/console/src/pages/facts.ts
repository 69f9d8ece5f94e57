import { visibleText } from '@force-reset/core'
import { html } from 'hono/html'
import type { Html } from '../words/html.ts'

/**
 * Text that a person chose, such as a name. Invisible characters are written out, and the direction
 * of the text does not reach the words around it.
 */
export function personText(text: string): Html {
  return html`<bdi>${visibleText(text)}</bdi>`
}

/** Words in the place of something that is not there. */
export function absent(words: string): Html {
  return html`<span class="absent">${words}</span>`
}

/** A name and a value in a list of facts. */
export function fact(name: string, value: Html | string): Html {
  return html`<div class="fact"><dt>${name}</dt><dd>${value}</dd></div>`
}
