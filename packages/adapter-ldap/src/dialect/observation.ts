import { generalizedTime } from './times.ts'

/** What `diagnose` looks at, in this order. */
export type DiagnosisCheck =
  /** The server is reached, and starts TLS. */
  | 'connection'
  /** The certificate is trusted, for this name, and valid for at least 30 days. */
  | 'certificate'
  /** The service account is let in. */
  | 'bind'
  /** The base DN exists. */
  | 'base'
  /** The server is the product of the dialect, and takes writes. */
  | 'product'
  /** Accounts are found, and their status and privilege can be read. */
  | 'users'
  /** Who is not reset because of privilege, and what about that cannot be seen. */
  | 'privileged'
  /** The service account may reset passwords. */
  | 'rights'
  /** The rules for passwords can be read. */
  | 'policy'
  /** Users will have to choose a new password. */
  | 'must_change'
  /** The clocks of the server and of this computer agree. */
  | 'clock'

/** What was found out by one check. */
export interface Observation {
  readonly check: DiagnosisCheck
  /**
   * `problem`: resets fail, or are refused. `warning`: some resets fail, or will soon. `unknown`:
   * only a reset could tell, or the check was not reached.
   */
  readonly level: 'ok' | 'warning' | 'problem' | 'unknown'
  readonly message: string
  /** What to do; absent where all is well. */
  readonly cure?: string | undefined
}

/** Milliseconds that clocks may be apart: servers tell whole seconds, and a response takes time. */
const tolerableMs = 2_000
/**
 * Milliseconds beyond which Kerberos refuses ([MS-KILE] 3.3.1). The end of locks and accounts is
 * then judged wrongly too.
 */
const seriousMs = 300_000

/**
 * Compares the clock of a server, shown as GeneralizedTime, with the clock of this computer.
 *
 * @example
 * const clock = clockObservation(text(root, 'currentTime'), site.now())
 */
export function clockObservation(shown: string | undefined, now: number): Observation {
  const there = generalizedTime(shown)?.getTime()
  if (there === undefined)
    return {
      check: 'clock',
      level: 'unknown',
      message: 'This server does not tell its time to the service account.',
      cure: 'Keep the clocks of both computers with NTP.',
    }
  const apartMs = Math.abs(there - now)
  const seconds = Math.round(apartMs / 1_000)
  const side = there < now ? 'behind' : 'ahead of'
  if (apartMs <= tolerableMs)
    return {
      check: 'clock',
      level: 'ok',
      message: 'The clocks of the server and of this computer agree.',
    }
  return {
    check: 'clock',
    level: apartMs > seriousMs ? 'problem' : 'warning',
    message:
      `The clock of the server is ${seconds} seconds ${side} the clock of this computer. ` +
      'Locks and accounts seem to end at other times. ' +
      'A second reset within a second is not told from the first.',
    cure: 'Set both clocks with NTP.',
  }
}

/** The finding where `baseDn` holds the service account. */
export const serviceAccountWithin: Observation = {
  check: 'base',
  level: 'problem',
  message:
    'The service account is below baseDn itself. ' +
    'The service account counts as privileged, so that nobody can take it over by a reset.',
  cure: 'Move the service account out of there, or let baseDn be further down.',
}
