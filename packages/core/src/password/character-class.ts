import type { CharacterClass } from '../port/password-rules.ts'

/**
 * The four classes, in the order in which an alphabet is widened to meet a rule: the easiest to
 * read out comes first.
 */
export const characterClasses: readonly CharacterClass[] = ['digit', 'lower', 'upper', 'symbol']

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

/**
 * Whether the text is printable ASCII without the space, the only text passwords are made of: no
 * normalisation, no encoding can change it.
 */
export function isPrintableAscii(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}
