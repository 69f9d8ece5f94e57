import { eventNames } from '../words/operator.ts'

/** The types of events that the trail can be filtered by, in the order shown. */
export type ListedEvent = keyof typeof eventNames

/**
 * The choice of events that the page of the trail shows. The choice is in the address, so that it
 * survives a reload, a bookmark and the way to older events.
 */
export interface TrailView {
  /** A part of a user name, or an id. */
  readonly account: string
  readonly operator: string
  readonly event: ListedEvent | undefined
  /** `2026-11-24`, in the zone. */
  readonly day: string
  /** The reader's time zone, such as `Europe/Berlin`. */
  readonly zone: string
  readonly before: number | undefined
}

const longestText = 200
const utc = 'UTC'

/** Reads a view out of an address. A value that makes no sense is left out. */
export function readTrailView(parameters: URLSearchParams): TrailView {
  const text = (name: string) => (parameters.get(name) ?? '').trim().slice(0, longestText)
  const zone = text('zone')
  const before = /^\d{1,15}$/.exec(text('before'))?.[0]
  return {
    account: text('account'),
    operator: text('operator'),
    event: listedEvents.find((known) => known === text('event')),
    day: dayIn(text('day'), utc) === undefined ? '' : text('day'),
    zone: isZone(zone) ? zone : utc,
    before: before === undefined ? undefined : Number(before),
  }
}

export const listedEvents: readonly ListedEvent[] = Object.keys(eventNames).filter(
  (name): name is ListedEvent => Object.hasOwn(eventNames, name),
)

/** The query that stands for a view, with its `?`, or nothing for the newest of all events. */
export function trailQueryOf(view: TrailView): string {
  const { account, operator, event = '', day, zone, before } = view
  const given = { account, operator, event, day, zone: day === '' ? '' : zone }
  const parameters = new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ''))
  if (before !== undefined) parameters.set('before', String(before))
  const query = parameters.toString()
  return query === '' ? '' : `?${query}`
}

/** Whether a view leaves events out. */
export function isFiltered({ account, operator, event, day }: TrailView): boolean {
  return account !== '' || operator !== '' || event !== undefined || day !== ''
}

/** From its first moment up to the first moment of the day after it. */
export interface Day {
  readonly from: Date
  readonly until: Date
}

const dayMs = 86_400_000

/**
 * The moments of a day in a time zone. A day can have 23 or 25 hours, and begin at one o'clock.
 *
 * @param day - `2026-11-24`; `undefined` is returned for a day that no calendar has.
 */
export function dayIn(day: string, zone: string): Day | undefined {
  const midnight = Date.parse(`${/^\d{4}-\d{2}-\d{2}$/.exec(day)?.[0]}T00:00:00Z`)
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day)
    return undefined
  const next = new Date(midnight + dayMs).toISOString().slice(0, 10)
  return { from: beginningOf(day, zone), until: beginningOf(next, zone) }
}

/** The first moment at which the calendar of the zone shows the day, to the second. */
function beginningOf(day: string, zone: string): Date {
  const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })
  const noon = Date.parse(`${day}T12:00:00Z`) / 1_000
  // No zone is more than a day away from UTC.
  let [early, late] = [noon - 2 * 86_400, noon + 86_400]
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2)
    if (calendar.format(middle * 1_000) < day) early = middle
    else late = middle
  }
  return new Date(late * 1_000)
}

function isZone(zone: string): boolean {
  try {
    return zone !== '' && new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined
  } catch {
    return false
  }
}
