import { html } from 'hono/html'
import type { Html } from './html.ts'

/** The mark of the console: a key seen from the side, its bit a square. */
export const mark: Html = html`<svg class="mark" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" focusable="false">
  <rect width="24" height="24" rx="6" class="mark-ground" />
  <circle cx="8.5" cy="12" r="3" class="mark-line" />
  <path d="M11.5 12H19M16 12v3.25M19 12v2" class="mark-line" />
</svg>`

export const searchIcon: Html = html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
  <circle cx="7" cy="7" r="4.25" />
  <path d="m10.25 10.25 3.5 3.5" />
</svg>`

export const backIcon: Html = html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
  <path d="M9.75 3.5 5.25 8l4.5 4.5" />
</svg>`

export const nextIcon: Html = html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
  <path d="M6.25 3.5 10.75 8l-4.5 4.5" />
</svg>`

export const noticeIcon: Html = html`<svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
  <circle cx="8" cy="8" r="6.25" />
  <path d="M8 4.75v4M8 11.2v.05" />
</svg>`
