import { visibleText } from '@force-reset/core'
import { html } from 'hono/html'
import type { Html } from '../words/html.ts'

/**
 * Text that a person chose, such as a name. Invisible characters are written out, and the direction
 * of the text does not reach the words around it.
 */
export function personText(text: string): Html {
  return html`<bdi>${breaking(visibleText(text))}</bdi>`
}

/** Text in which a long user name or address breaks before its signs, and not within a word. */
export function breaking(text: string): readonly Html[] {
  const parts = text.split(/(?=[@._]\S)/)
  return parts.map((part, at) => (at > 0 ? html`<wbr>${part}` : html`${part}`))
}

/** Words in the place of something that is not there. */
export function absent(words: string): Html {
  return html`<span class="absent">${words}</span>`
}

/** A name and a value in a list of facts. */
export function fact(name: string, value: Html | string): Html {
  return html`<div class="fact"><dt>${name}</dt><dd>${value}</dd></div>`
}
