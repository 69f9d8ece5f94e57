import { html } from 'hono/html'
import type { Html } from '../words/html.ts'

/** The mark of the console: a key seen from the side, its bit a square. */
export const mark: Html = html`<svg class="mark" viewBox="0 0 24 24" width="24" height="24"
  aria-hidden="true" focusable="false">
  <rect width="24" height="24" rx="6" class="mark-ground" />
  <circle cx="8.5" cy="12" r="3" class="mark-line" />
  <path d="M11.5 12H19M16 12v3.25M19 12v2" class="mark-line" />
</svg>`

/** A magnifying glass. */
export const searchIcon: Html = icon(html`<circle cx="7" cy="7" r="4.25" />
  <path d="m10.25 10.25 3.5 3.5" />`)

/** An arrow to the left. */
export const backIcon: Html = icon(html`<path d="M9.75 3.5 5.25 8l4.5 4.5" />`)

/** An arrow to the right. */
export const nextIcon: Html = icon(html`<path d="M6.25 3.5 10.75 8l-4.5 4.5" />`)

/** An exclamation mark in a circle. */
export const noticeIcon: Html = icon(html`<circle cx="8" cy="8" r="6.25" />
  <path d="M8 4.75v4M8 11.2v.05" />`)

function icon(shapes: Html): Html {
  return html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16"
  aria-hidden="true" focusable="false">
  ${shapes}
</svg>`
}
