import { html } from 'hono/html'
import type { Html } from './html.ts'

const months = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const

/**
 * A moment in UTC, to the minute: `24 Nov 2026, 02:25`. The zone is said once, where the column or
 * the label is.
 */
export function minute(moment: Date | undefined): Html {
  return time(moment, (iso) => iso.slice(11, 16))
}

/** A moment in UTC, to the second, in a column that names the zone: `24 Nov 2026, 02:25:09`. */
export function exact(moment: Date | undefined): Html {
  return time(moment, (iso) => iso.slice(11, 19))
}

/** A moment in UTC, to the second: `24 Nov 2026, 02:25:09 UTC`. */
export function second(moment: Date | undefined): Html {
  return time(moment, (iso) => `${iso.slice(11, 19)} UTC`)
}

/** A row with a malformed date is still a row: only the date is missing. */
function time(moment: Date | undefined, clock: (iso: string) => string): Html {
  if (moment === undefined || Number.isNaN(moment.getTime()))
    return html`<span class="absent">Not known</span>`
  const day = String(moment.getUTCDate()).padStart(2, '0')
  const iso = moment.toISOString()
  return html`<time datetime="${iso}">${day} ${months[moment.getUTCMonth()]} ${moment.getUTCFullYear()}, ${clock(iso)}</time>`
}
