import { administratorWords } from '../words/administrator.ts'

/** The variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads a switch; `undefined` when it is not set. A value that is neither on nor off becomes a
 * problem.
 */
export function readFlag(
  environment: Environment,
  name: string,
  problems: string[],
): boolean | undefined {
  const text = environment[name]?.toLowerCase()
  if (!text) return undefined
  if (['1', 'true', 'on', 'yes'].includes(text)) return true
  if (['0', 'false', 'off', 'no'].includes(text)) return false
  problems.push(administratorWords.environment.onOrOff(name))
  return undefined
}
