import type { User } from '@force-reset/core'
import { html } from 'hono/html'
import { statusNames } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'
import { statusReasons } from '../words/operator.ts'

/** What the label of a status is made of. */
type Standing = Pick<User, 'status'> & Partial<User>

/**
 * A status in words, with a dot for the eye; the dot alone says nothing. Beside the status stands
 * why it is so, or what else decides about a reset.
 */
export function statusLabel(user: Standing): Html {
  const { status } = user
  const reasons = reasonsOf(user).map((reason) => html` <span class="tag">${reason}</span>`)
  return html`<span class="status status-${status}">${statusNames[status]}</span>${reasons}`
}

function reasonsOf({ statusReason, privileged, locked }: Standing): readonly string[] {
  const reasons = [
    ...(statusReason === undefined ? [] : [statusReason]),
    ...(privileged ? (['protected'] as const) : []),
    ...(locked ? (['locked'] as const) : []),
  ]
  return [...new Set(reasons)].map((reason) => statusReasons[reason])
}
