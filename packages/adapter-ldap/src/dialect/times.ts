const time = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})?(\d{2})?(?:[.,](\d+))?(?:Z|([+-]\d{2})(\d{2})?)$/

/**
 * Reads a GeneralizedTime (RFC 4517, section 3.3.13) in UTC or with an offset; `undefined` for
 * anything else.
 *
 * @example
 * const changedAt = generalizedTime('20261101090000Z')
 */
export function generalizedTime(text: string | undefined): Date | undefined {
  const match = time.exec(text ?? '')
  if (match === null) return undefined
  const [, year, month, day, hour, minute = '00', second = '00', fraction = '0'] = match
  const [hours = '+00', minutes = '00'] = match.slice(8)
  const seconds = `${second}.${fraction.padEnd(3, '0').slice(0, 3)}`
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${seconds}${hours}:${minutes}`)
  return Number.isNaN(date.getTime()) ? undefined : date
}

/** Milliseconds between 1601, where Windows begins to count, and 1970. */
const windowsEpochMs = 11_644_473_600_000n
const stepsPerMs = 10_000n

/** An account that does not expire; 0 says the same ([MS-ADA1], accountExpires). */
const never = '9223372036854775807'

/**
 * Reads a Windows time: hundred-nanosecond steps since 1601 ([MS-DTYP] 2.3.3). `0` and the greatest
 * value mean never and are `undefined`.
 *
 * @example
 * const expiresAt = fileTime(text(entry, 'accountExpires'))
 */
export function fileTime(text: string | undefined): Date | undefined {
  if (text === undefined || !/^\d{1,19}$/.test(text) || text === '0' || text === never)
    return undefined
  return new Date(Number(BigInt(text) / stepsPerMs - windowsEpochMs))
}

/**
 * Writes a Windows time.
 *
 * @example
 * const now = toFileTime(new Date())
 */
export function toFileTime(date: Date): string {
  return String((BigInt(date.getTime()) + windowsEpochMs) * stepsPerMs)
}
