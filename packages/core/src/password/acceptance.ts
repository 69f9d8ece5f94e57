import type { CharacterClass, PasswordRules } from '../port/password.ts'
import { isPrintableAscii } from '../text/visible-text.ts'
import { classBit, classCount, classesIn } from './alphabet.ts'
import type { PasswordPlan } from './password-format.ts'

/** Longest password that is ever generated, in characters. */
const longestPassword = 1024

/**
 * The conditions on a password, as a machine that reads the password character by character. The
 * same machine tests a drawn password and counts all accepted ones.
 *
 * A state is a number: the node of the forbidden words times 16, plus the set of classes seen so
 * far. The first state is 0.
 */
export interface Acceptance {
  /** The forbidden words that a password could contain, in lower case. */
  readonly words: readonly string[]
  /** The state after one more character; negative when a forbidden word has just been completed. */
  step(state: number, character: string): number
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
  const words = forbidden
    .map((word) => word.toLowerCase())
    .filter((word) => word.length <= maxLength && isPrintableAscii(word))
  const nodeAfter = forbiddenWords(words)
  return {
    words,
    step: (state, character) =>
      (nodeAfter(state >> 4, character) << 4) | (state & 15) | classesIn(character),
    accepts: (state, length) =>
      state >= 0 &&
      length >= minLength &&
      length <= maxLength &&
      groups.every((group) => state & group) &&
      classCount(state) >= minClasses,
  }
}

/**
 * Follows all forbidden words at once, as the automaton of Aho and Corasick (1975) does. A node is
 * the longest beginning of a word that the text read so far ends with.
 *
 * Answers the next node, or -1 where a word ends.
 */
function forbiddenWords(words: readonly string[]): (node: number, character: string) => number {
  const numbers = new Map([['', 0]])
  for (const word of words)
    for (let end = 1; end <= word.length; end += 1)
      remembered(numbers, word.slice(0, end), () => numbers.size)
  const nodes = [...numbers.keys()]
  // An edge is looked for when it is first needed.
  const edges = new Map<number, number>()
  return (node, character) =>
    remembered(edges, node * 256 + character.charCodeAt(0), () => {
      let text = nodes[node] + character.toLowerCase()
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
