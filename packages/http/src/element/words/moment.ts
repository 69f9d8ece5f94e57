/**
 * A moment in the reader's own time zone, which the text names.
 *
 * @example
 * momentIn('en-GB', new Date(0)) // '1 Jan 1970, 01:00 CET'
 */
export function momentIn(locale: string, moment: Date): string {
  return moment.toLocaleString(locale, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
  })
}

/**
 * The time of day, to the minute.
 *
 * @example
 * clockIn('en-GB', new Date(0)) // '01:00'
 */
export function clockIn(locale: string, moment: Date): string {
  return moment.toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
}

/**
 * A time from now, in words.
 *
 * @example
 * fromNowIn('en-GB', 300) // 'in 5 minutes'
 */
export function fromNowIn(locale: string, seconds: number): string {
  const format = new Intl.RelativeTimeFormat(locale)
  return seconds < 90
    ? format.format(seconds, 'second')
    : format.format(Math.ceil(seconds / 60), 'minute')
}
