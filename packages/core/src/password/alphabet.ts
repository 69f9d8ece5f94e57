import { ForceResetError } from '../port/errors.ts'
import type { CharacterClass, PasswordRules } from '../port/password-rules.ts'
import { characterClasses, classOf, isPrintableAscii } from './character-class.ts'

/** Thirty characters that survive handwriting and the telephone: no 0 o 1 l i u. */
export const readableAlphabet = 'abcdefghjkmnpqrstvwxyz23456789'

/** What is added to an alphabet when a rule demands a class that it lacks. */
const readable: Readonly<Record<CharacterClass, string>> = {
  digit: '23456789',
  lower: 'abcdefghjkmnpqrstvwxyz',
  upper: 'ABCDEFGHJKMNPQRSTVWXYZ',
  symbol: '+=?%#',
}

/**
 * @throws {ForceResetError} `ERR_INVALID_FORMAT` unless it is at least two different characters of
 * printable ASCII.
 */
export function checkAlphabet(alphabet: string): void {
  if (
    typeof alphabet !== 'string' ||
    !isPrintableAscii(alphabet) ||
    new Set(alphabet).size !== alphabet.length ||
    alphabet.length < 2
  ) {
    throw new ForceResetError(
      'ERR_INVALID_FORMAT',
      'alphabet must be at least two different characters of printable ASCII without the space',
    )
  }
}

/** The classes that occur in a text. */
export function classesIn(text: string): Set<CharacterClass> {
  return new Set(Array.from(text, (character) => classOf(character.charCodeAt(0))))
}

/** The classes that a rule demands and `present` lacks, the easiest to read out first. */
export function missingClasses(
  present: ReadonlySet<CharacterClass>,
  rules: PasswordRules,
): readonly CharacterClass[] {
  const missing = (rules.requiredClasses ?? []).filter((name) => !present.has(name))
  const spare = characterClasses.filter((name) => !present.has(name) && !missing.includes(name))
  const short = (rules.minClasses ?? 0) - present.size - missing.length
  return [...missing, ...spare.slice(0, Math.max(0, short))]
}

/**
 * The alphabet with every class that the rules demand; `fixed` is what the password holds besides
 * (separators).
 */
export function widenAlphabet(alphabet: string, fixed: string, rules: PasswordRules): string {
  return missingClasses(classesIn(alphabet + fixed), rules).reduce(
    (wide, name) => wide + readable[name],
    alphabet,
  )
}
