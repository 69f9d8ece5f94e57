import type { AccountStatus } from '@force-reset/core'
import { html } from 'hono/html'
import type { Html } from './html.ts'

/** What a status is called on screen. */
export const statusNames: Readonly<Record<AccountStatus, string>> = {
  active: 'Active',
  pending: 'Pending',
  suspended: 'Suspended',
  deleted: 'Deleted',
  unknown: 'Unknown',
}

/** A status in words, with a dot for the eye; the dot alone says nothing. */
export function statusLabel(status: AccountStatus): Html {
  return html`<span class="status status-${status}">${statusNames[status]}</span>`
}
