import type { Problem } from '../explain/problem.ts'
import type { Observation } from './observation.ts'

/** One thing that {@link diagnose} has found out. */
export interface Finding extends Observation {
  /** Scheme, host and port. */
  readonly server: string
}

/**
 * A problem that this package knows how to put in words: what is wrong in its first sentence, what
 * to do in the others.
 */
export function observed(
  check: Observation['check'],
  level: Observation['level'],
  { message }: Problem,
): Observation {
  const [, wrong = message, cure = ''] = /^(.*?[.!?]) (.*)$/s.exec(message) ?? []
  return { check, level, message: wrong, cure: cure === '' ? askYourself : cure }
}

const askYourself =
  "Ask the same with ldapsearch as the operator account: it shows the server's own words."
