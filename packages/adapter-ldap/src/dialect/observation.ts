import { generalizedTime } from './times.ts'

/** What is looked at, in this order. */
export type DiagnosisCheck =
  /** The server is reached, and starts TLS. */
  | 'connection'
  /** Its certificate is trusted, for this name, and valid for a while yet. */
  | 'certificate'
  /** The operator account is let in. */
  | 'bind'
  /** The base DN exists. */
  | 'base'
  /** The server is what the dialect takes it for, and takes writes. */
  | 'product'
  /** Accounts are found, and can be judged. */
  | 'users'
  /** The operator account may reset passwords. */
  | 'rights'
  /** The rules for passwords can be read. */
  | 'policy'
  /** Users will have to choose a new password. */
  | 'must_change'
  /** The clocks agree. */
  | 'clock'

/** What was found out about one of them. */
export interface Observation {
  readonly check: DiagnosisCheck
  /**
   * `problem`: resets fail, or are refused. `warning`: some do, or will soon. `unknown`: it cannot
   * be told without a reset, or was not reached.
   */
  readonly level: 'ok' | 'warning' | 'problem' | 'unknown'
  readonly message: string
  /** What to do about it; absent where all is well. */
  readonly cure?: string | undefined
}

/**
 * Milliseconds that clocks may be apart: servers tell whole seconds, and the answer takes a moment.
 */
const tolerableMs = 2_000
/**
 * Kerberos refuses beyond that ([MS-KILE] 3.3.1), and times at which locks and accounts end are
 * judged wrongly.
 */
const seriousMs = 300_000

/** Compares a clock that a server showed, as GeneralizedTime, with that of this computer. */
export function clockObservation(shown: string | undefined, now: number): Observation {
  const there = generalizedTime(shown)?.getTime()
  if (there === undefined) {
    const message = 'This server does not tell its time to the operator account.'
    return {
      check: 'clock',
      level: 'unknown',
      message,
      cure: 'Keep the clocks of both computers with NTP.',
    }
  }
  const apartMs = Math.abs(there - now)
  const apart = `The clock of the server is ${Math.round(apartMs / 1_000)} seconds ${there < now ? 'behind' : 'ahead of'} that of this computer`
  if (apartMs <= tolerableMs)
    return {
      check: 'clock',
      level: 'ok',
      message: 'The clocks of the server and of this computer agree.',
    }
  return {
    check: 'clock',
    level: apartMs > seriousMs ? 'problem' : 'warning',
    message: `${apart}: locks and accounts seem to end at other times, and a second reset within a second is not told from the first.`,
    cure: 'Set both clocks with NTP.',
  }
}

/** Said where the base holds the operator account. */
export const operatorWithin: Observation = {
  check: 'base',
  level: 'problem',
  message:
    'The operator account is below baseDn itself. It counts as privileged, so that nobody can take it over by a reset.',
  cure: 'Move it out of there, or let baseDn be further down.',
}
