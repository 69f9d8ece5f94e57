import { html } from 'hono/html'
import type { Html } from './html.ts'

const date = new Intl.DateTimeFormat('en-GB', { day: '2-digit', month: 'short', year: 'numeric', timeZone: 'UTC' })
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' })
const exactClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: 'UTC' })

/** A moment in UTC, to the minute: `24 Nov 2026, 02:25`. The zone is said once, where the column or the label is. */
export function minute(moment: Date | undefined): Html {
  if (!isMoment(moment)) return html`<span class="absent">Not known</span>`
  return html`<time datetime="${moment.toISOString()}">${date.format(moment)}, ${clock.format(moment)}</time>`
}

/** A moment in UTC, to the second: `24 Nov 2026, 02:25:09 UTC`. */
export function second(moment: Date | undefined): Html {
  if (!isMoment(moment)) return html`<span class="absent">Not known</span>`
  return html`<time datetime="${moment.toISOString()}">${date.format(moment)}, ${exactClock.format(moment)} UTC</time>`
}

/** A row with a malformed date is still a row: only the date is missing. */
function isMoment(moment: Date | undefined): moment is Date {
  return moment !== undefined && !Number.isNaN(moment.getTime())
}
