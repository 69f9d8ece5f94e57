import { visibleText } from '@force-reset/core'
import { html } from 'hono/html'

/** Markup whose interpolated texts were escaped by Hono's `html`. */
export type Html = ReturnType<typeof html>

/**
 * Text that a person chose, such as a name: what cannot be seen is written out, and its direction
 * cannot reach the words around it.
 */
export function personText(text: string): Html {
  return html`<bdi>${visibleText(text)}</bdi>`
}
