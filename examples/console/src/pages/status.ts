import type { AccountStatus } from '@force-reset/core'
import { html } from 'hono/html'
import { statusNames } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'

/** A status in words, with a dot for the eye; the dot alone says nothing. */
export function statusLabel(status: AccountStatus): Html {
  return html`<span class="status status-${status}">${statusNames[status]}</span>`
}
