import type { CharacterClass, PasswordRules } from '../port/password.ts'
import { isPrintableAscii } from '../port/visible-text.ts'
import { classBit, classOf } from './alphabet.ts'
import type { PasswordPlan } from './password-format.ts'

/** Longest password that is ever generated, in characters. */
const longestPassword = 1024

/**
 * The conditions on a password, as a machine that reads the password byte by byte. The same machine
 * tests a drawn password and counts all accepted ones.
 *
 * A state is a number: the node of the forbidden words times 16, plus the set of classes seen so
 * far. The first state is 0.
 */
export interface Acceptance {
  /** The state after one more byte; negative when a forbidden word has just been completed. */
  step(state: number, byte: number): number
  accepts(state: number, length: number): boolean
}

/** A plan, and the machine that accepts its passwords. */
export interface FittedPlan extends PasswordPlan {
  readonly acceptance: Acceptance
}

/** Builds the machine for the rules of a store and the groups of classes that a format wants. */
export function acceptanceOf(
  rules: PasswordRules,
  anyOf: readonly (readonly CharacterClass[])[],
): Acceptance {
  const { minLength = 0, maxLength = longestPassword, minClasses = 0 } = rules
  const { requiredClasses = [], forbidden = [] } = rules
  const groups = [...anyOf, ...requiredClasses.map((name) => [name])].map((group) =>
    group.reduce((bits, name) => bits | classBit(name), 0),
  )
  // A word that no generated password can contain costs nothing.
  const nodeAfter = forbiddenWords(
    forbidden.filter((word) => word.length <= maxLength && isPrintableAscii(word)),
  )
  return {
    step: (state, byte) =>
      (nodeAfter(state >> 4, byte) << 4) | (state & 15) | classBit(classOf(byte)),
    accepts: (state, length) =>
      state >= 0 &&
      length >= minLength &&
      length <= maxLength &&
      groups.every((group) => (state & group) !== 0) &&
      [1, 2, 4, 8].filter((bit) => state & bit).length >= minClasses,
  }
}

/**
 * Follows all forbidden words at once, as the automaton of Aho and Corasick (1975) does. A node is
 * the longest beginning of a word that the text read so far ends with.
 *
 * Answers the next node, or -1 where a word ends.
 */
function forbiddenWords(forbidden: readonly string[]): (node: number, byte: number) => number {
  const words = forbidden.map((word) => word.toLowerCase())
  const beginnings = words.flatMap((word) => Array.from(word, (_, at) => word.slice(0, at + 1)))
  const nodes = [...new Set(['', ...beginnings])]
  const numbers = new Map(nodes.map((text, node) => [text, node]))
  // An edge is looked for when it is first needed.
  const edges = new Map<number, number>()
  return (node, byte) =>
    remembered(edges, node * 256 + byte, () => {
      let text = nodes[node] + letterOf(byte)
      while (!numbers.has(text)) text = text.slice(1)
      return words.some((word) => text.endsWith(word)) ? -1 : (numbers.get(text) ?? 0)
    })
}

/** What the map holds by this key. Where the map holds nothing, the value is made and kept. */
export function remembered<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make()
  known.set(key, value)
  return value
}

/** The character of a byte, in lower case. */
export function letterOf(byte: number): string {
  return String.fromCharCode(byte).toLowerCase()
}
