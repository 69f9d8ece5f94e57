/** A moment in the reader's own time zone, which it names: `24 Nov 2026, 02:25 CET`. */
export function momentIn(locale: string, moment: Date): string {
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  }).format(moment)
}

/** The time of day, to the minute: `02:25`. */
export function clockIn(locale: string, moment: Date): string {
  return new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' }).format(moment)
}

/** A time from now, in words: `in 5 minutes`, `in 20 seconds`. */
export function fromNowIn(locale: string, seconds: number): string {
  const format = new Intl.RelativeTimeFormat(locale)
  return seconds < 90
    ? format.format(seconds, 'second')
    : format.format(Math.ceil(seconds / 60), 'minute')
}
