import { html } from 'hono/html'
import { commonWords } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'
import { absent } from './facts.ts'

// Every moment of the pages is written here, in UTC. `console.js` writes the moments again in the
// reader's own time zone, which only the browser knows, and puts its name in the place of "UTC".

/** To the minute or to the second. `console.js` knows both. */
type Precision = 'minute' | 'second'

/** A moment to the minute: `4 Sept 2026, 02:25`. {@link zoneName} stands above or beside it. */
export function minute(moment: Date | undefined): Html {
  return time(moment, 'minute')
}

/** A moment to the second: `4 Sept 2026, 02:25:09`. {@link zoneName} stands above or beside it. */
export function second(moment: Date | undefined): Html {
  return time(moment, 'second')
}

/** The name of the time zone of all moments of the page: said once for each column or panel. */
export const zoneName: Html = html`<span data-zone>${commonWords.utc}</span>`

const day = { day: 'numeric', month: 'short', year: 'numeric' } as const
const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: 'UTC' } as const
const formats: Readonly<Record<Precision, Intl.DateTimeFormat>> = {
  minute: new Intl.DateTimeFormat('en-GB', { ...day, ...clock }),
  second: new Intl.DateTimeFormat('en-GB', { ...day, ...clock, second: '2-digit' }),
}

/** A row with a malformed date is still a row: only the date is missing. */
function time(moment: Date | undefined, precision: Precision): Html {
  if (moment === undefined || Number.isNaN(moment.getTime()))
    return absent(commonWords.momentNotKnown)
  const shown = formats[precision].format(moment)
  return html`<time datetime="${moment.toISOString()}" data-to="${precision}">${shown}</time>`
}
