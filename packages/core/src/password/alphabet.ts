import type { CharacterClass, PasswordRules } from '../port/password.ts'

/**
 * Characters that survive handwriting and the telephone. They widen an alphabet when a rule demands
 * a class that the alphabet lacks.
 */
export const readable: Readonly<Record<CharacterClass, string>> = {
  digit: '23456789',
  lower: 'abcdefghjkmnpqrstvwxyz',
  upper: 'ABCDEFGHJKMNPQRSTVWXYZ',
  symbol: '+=?%#',
}

/** Thirty characters: no 0 o 1 l i u. */
export const readableAlphabet = readable.lower + readable.digit

/**
 * The four classes, in the order in which an alphabet is widened to meet a rule: the easiest to
 * read out comes first.
 */
const characterClasses: readonly CharacterClass[] = ['digit', 'lower', 'upper', 'symbol']

/** The class of one byte of printable ASCII. */
export function classOf(byte: number): CharacterClass {
  if (byte >= 0x30 && byte <= 0x39) return 'digit'
  if (byte >= 0x61 && byte <= 0x7a) return 'lower'
  if (byte >= 0x41 && byte <= 0x5a) return 'upper'
  return 'symbol'
}

/** One bit for each class, so that a set of classes is a number from 0 to 15. */
export function classBit(name: CharacterClass): number {
  return 1 << characterClasses.indexOf(name)
}

/** The classes that occur in a text. */
export function classesIn(text: string): Set<CharacterClass> {
  return new Set(Array.from(text, (character) => classOf(character.charCodeAt(0))))
}

/** The classes that a rule demands and `present` lacks, the easiest to read out first. */
export function missingClasses(
  present: ReadonlySet<CharacterClass>,
  { requiredClasses = [], minClasses = 0 }: PasswordRules,
): readonly CharacterClass[] {
  const missing = requiredClasses.filter((name) => !present.has(name))
  const spare = characterClasses.filter((name) => !present.has(name) && !missing.includes(name))
  const short = minClasses - present.size - missing.length
  return [...missing, ...spare.slice(0, Math.max(0, short))]
}
