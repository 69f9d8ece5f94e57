import { optional, wholeNumber } from '../port/check-options.ts'
import type { CharacterClass, PasswordRules } from '../port/password.ts'
import { classBit, classesIn, missingClasses, readable, readableAlphabet } from './alphabet.ts'
import { anAlphabet, checkFormat } from './check-format.ts'
import type { PasswordFormat, PasswordPlan } from './password-format.ts'

/** Options of {@link characters}. */
export interface CharactersOptions {
  /** Number of characters, 1 to 128. Default 20. */
  readonly length?: number | undefined
  /** Characters to choose from, printable ASCII. Default: those of {@link grouped}. */
  readonly alphabet?: string | undefined
}

/**
 * A run of characters without separators: 20 of 28 by default, 96.1 bits.
 *
 * @throws {ForceResetError} `ERR_INVALID_FORMAT` for a length or an alphabet that is malformed.
 * @example
 * generateTemporaryPassword(characters({ length: 24 }))
 */
export function characters(options: CharactersOptions = {}): PasswordFormat {
  const { length = 20, alphabet = readableAlphabet } = options
  checkFormat(options, { length: optional(wholeNumber(1, 128)), alphabet: anAlphabet })
  return {
    kind: 'characters',
    fit: ({ minLength = 1, maxLength = Number.POSITIVE_INFINITY, ...rules }) => {
      const fitted = Math.min(Math.max(length, minLength), maxLength)
      return fitted >= minLength ? planOf(alphabet, [fitted], '', rules) : undefined
    },
  }
}

/**
 * Runs of the given lengths with a separator between them. Where the alphabet has letters and
 * digits, both occur.
 */
export function planOf(
  alphabet: string,
  runs: readonly number[],
  separator: string,
  rules: PasswordRules,
): PasswordPlan {
  const given = classesIn(runs.length > 1 ? alphabet + separator : alphabet)
  const wide = missingClasses(given, rules).reduce((text, name) => text + readable[name], alphabet)
  const present = classesIn(wide)
  const choices = [...wide]
  const between = [separator]
  const positions = runs.flatMap((length) => [between, ...Array.from({ length }, () => choices)])
  const groups: readonly (readonly CharacterClass[])[] = [['lower', 'upper'], ['digit']]
  return {
    positions: positions.slice(1),
    anyOf: groups.filter((group) => group.some((name) => present & classBit(name))),
  }
}
