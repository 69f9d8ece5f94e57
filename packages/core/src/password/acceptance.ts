import type { CharacterClass, PasswordRules } from '../port/password-rules.ts'
import { classBit, classOf, isPrintableAscii } from './character-class.ts'

/** Longest password that is ever generated, in characters. */
const longestPassword = 1024

/**
 * What a password has to satisfy, as a machine that reads it byte by byte: the same machine tests a
 * drawn password and counts all accepted ones.
 *
 * A state is a number: the node of the forbidden-word automaton times 16, plus the set of classes
 * seen so far.
 */
export interface Acceptance {
  readonly start: number
  /** The state after one more byte, or -1 when a forbidden word has just been completed. */
  step(state: number, byte: number): number
  accepts(state: number, length: number): boolean
}

/** Builds the machine for the rules of a store and the groups of classes that a format wants. */
export function acceptanceOf(
  rules: PasswordRules,
  anyOf: readonly (readonly CharacterClass[])[],
): Acceptance {
  const groups = [...anyOf, ...(rules.requiredClasses ?? []).map((name) => [name])].map((group) =>
    group.reduce((bits, name) => bits | classBit(name), 0),
  )
  const { minLength = 0, maxLength = longestPassword, minClasses = 0 } = rules
  const words = forbiddenAutomaton(rules.forbidden ?? [], maxLength)
  return {
    start: 0,
    step: (state, byte) => {
      const node = words(state >> 4, lowered(byte))
      return node < 0 ? -1 : (node << 4) | (state & 15) | classBit(classOf(byte))
    },
    accepts: (state, length) => {
      const seen = state & 15
      return (
        length >= minLength &&
        length <= maxLength &&
        groups.every((group) => (seen & group) !== 0) &&
        bitCount(seen) >= minClasses
      )
    },
  }
}

/**
 * Aho–Corasick (1975): follows all forbidden words at once. Answers the next node, or -1 where a
 * word ends.
 */
function forbiddenAutomaton(
  forbidden: readonly string[],
  maxLength: number,
): (node: number, byte: number) => number {
  const edges: Map<number, number>[] = [new Map()]
  const ends = new Set<number>()
  for (const word of forbidden) {
    // A word that no generated password can contain costs nothing.
    if (word.length > maxLength || !isPrintableAscii(word)) continue
    ends.add(
      Array.from(word, (character) => lowered(character.charCodeAt(0))).reduce(
        (node, byte) => childOf(edges, node, byte),
        0,
      ),
    )
  }
  const fallback = [0]
  const next = (node: number, byte: number): number => {
    for (let at = node; ; at = fallback[at] ?? 0) {
      const child = edges[at]?.get(byte)
      if (child !== undefined) return child
      if (at === 0) return 0
    }
  }
  const queue = [...(edges[0]?.values() ?? [])]
  for (const node of queue) {
    for (const [byte, child] of edges[node] ?? []) {
      fallback[child] = next(fallback[node] ?? 0, byte)
      queue.push(child)
    }
    if (ends.has(fallback[node] ?? 0)) ends.add(node)
  }
  return (node, byte) => {
    const reached = next(node, byte)
    return ends.has(reached) ? -1 : reached
  }
}

function childOf(edges: Map<number, number>[], node: number, byte: number): number {
  const known = edges[node]?.get(byte)
  if (known !== undefined) return known
  edges[node]?.set(byte, edges.length)
  return edges.push(new Map()) - 1
}

/** The byte of a letter's lower case; every other byte as it is. */
export function lowered(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
}

function bitCount(bits: number): number {
  return (bits & 1) + ((bits >> 1) & 1) + ((bits >> 2) & 1) + ((bits >> 3) & 1)
}
