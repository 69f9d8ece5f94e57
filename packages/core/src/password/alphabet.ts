import type { CharacterClass, PasswordRules } from '../port/password.ts'

const lower = 'abcdefghjkmnpqrstvwx'

/**
 * Characters that survive handwriting and the telephone, and that the same keys type on US, UK and
 * German keyboards: no y and no z. They widen an alphabet when a rule demands a class that the
 * alphabet lacks.
 */
export const readable: Readonly<Record<CharacterClass, string>> = {
  digit: '23456789',
  lower,
  upper: lower.toUpperCase(),
  symbol: '!$%',
}

/** Twenty-eight characters: no 0 o 1 l i u y z. */
export const readableAlphabet = lower + readable.digit

/** Between groups and words: the same key on US, UK and German keyboards, where `-` moves. */
export const readableSeparator = '.'

/**
 * The four classes, in the order in which an alphabet is widened to meet a rule: the easiest to
 * read out comes first.
 */
const characterClasses: readonly CharacterClass[] = ['digit', 'lower', 'upper', 'symbol']

/** The bits of the four classes, in that order. A set of classes is a number from 0 to 15. */
export const classBits = [1, 2, 4, 8]

/** The bit of a class. */
export function classBit(name: CharacterClass): number {
  return 1 << characterClasses.indexOf(name)
}

/** The set of the classes that occur in a text of printable ASCII. */
export function classesIn(text: string): number {
  let set = 0
  // Compared one by one: a regular expression would keep the text that it has seen last.
  for (const character of text) {
    if (character >= '0' && character <= '9') set |= 1
    else if (character >= 'a' && character <= 'z') set |= 2
    else set |= character >= 'A' && character <= 'Z' ? 4 : 8
  }
  return set
}

/** The number of classes of a set. */
export function classCount(set: number): number {
  return classBits.filter((bit) => set & bit).length
}

/** The classes that a rule demands and `present` lacks, the easiest to read out first. */
export function missingClasses(
  present: number,
  { requiredClasses = [], minClasses = 0 }: PasswordRules,
): readonly CharacterClass[] {
  const absent = (name: CharacterClass): boolean => (present & classBit(name)) === 0
  const missing = requiredClasses.filter(absent)
  const spare = characterClasses.filter((name) => absent(name) && !missing.includes(name))
  const short = minClasses - classCount(present) - missing.length
  return [...missing, ...spare.slice(0, Math.max(0, short))]
}
