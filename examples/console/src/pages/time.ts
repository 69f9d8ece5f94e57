import { html } from 'hono/html'
import { commonWords, months } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'
import { absent } from './facts.ts'

/**
 * A moment in UTC, to the minute: `24 Nov 2026, 02:25`. The heading of the column names the zone.
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
  return time(moment, (iso) => `${iso.slice(11, 19)} ${commonWords.utc}`)
}

/** A row with a malformed date is still a row: only the date is missing. */
function time(moment: Date | undefined, clock: (iso: string) => string): Html {
  if (moment === undefined || Number.isNaN(moment.getTime()))
    return absent(commonWords.momentNotKnown)
  const day = String(moment.getUTCDate()).padStart(2, '0')
  const month = months[moment.getUTCMonth()]
  const iso = moment.toISOString()
  const shown = `${day} ${month} ${moment.getUTCFullYear()}, ${clock(iso)}`
  return html`<time datetime="${iso}">${shown}</time>`
}
