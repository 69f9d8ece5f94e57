import type { Explanation } from '../explain/explanation.ts'
import type { Observation } from './observation.ts'

/** One thing that `diagnose` has found out about one server. */
export interface Finding extends Observation {
  /** Scheme, host and port. */
  readonly server: string
}

/**
 * An explanation as an observation: always with a cure.
 *
 * @example
 * return [observed('bind', 'problem', explanation)]
 */
export function observed(
  check: Observation['check'],
  level: Observation['level'],
  { what, cure = askYourself }: Pick<Explanation, 'what' | 'cure'>,
): Observation {
  return { check, level, message: what, cure }
}

const askYourself =
  'Ask the same with ldapsearch as the service account: ' +
  "ldapsearch shows the server's own words."
