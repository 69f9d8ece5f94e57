import type { Acceptance } from './acceptance.ts'
import { classBit, classOf } from './character-class.ts'
import type { PasswordPlan } from './password-format.ts'

/** Number of sets that the four character classes form. */
const classSets = 16

/**
 * A lower bound of the entropy, in bits, for plans of single characters: all choices, less everything that any one rule could reject
 * (the union bound). It may say far too little, never too much, and takes microseconds where counting takes milliseconds.
 */
export function certainBits({ positions }: PasswordPlan, acceptance: Acceptance, forbidden: readonly string[] = []): number {
  const length = positions.length
  // Positions that share their tokens share the work.
  const kinds = [...new Set(positions)].map((tokens) => ({
    tokens,
    times: positions.filter((each) => each === tokens).length,
    classes: tokens.map(([byte = 0]) => classBit(classOf(byte))),
  }))
  if (kinds.some(({ tokens }) => tokens.some((token) => token.length > 1))) return Number.NEGATIVE_INFINITY
  let rejected = 0
  // Every set of classes that is not enough, with all choices that stay within it.
  for (let set = 0; set < classSets; set += 1) {
    if (!acceptance.accepts(set, length))
      rejected += kinds.reduce(
        (share, { classes, times }) => share * (classes.filter((bit) => bit & set).length / classes.length) ** times,
        1,
      )
  }
  // A letter matches at most two tokens, its two cases; a position without choice (a separator) may match for certain.
  const choices = Math.min(...kinds.map(({ tokens }) => tokens.length).filter((count) => count > 1))
  const fixed = kinds.flatMap(({ tokens }) => (tokens.length === 1 ? tokens.map(([byte = 0]) => String.fromCharCode(byte)) : []))
  for (const word of forbidden) {
    const free = Array.from(word).filter((character) => !fixed.includes(character)).length
    if (word !== '') rejected += length * (2 / choices) ** free
  }
  return kinds.reduce((bits, { tokens, times }) => bits + times * Math.log2(tokens.length), Math.log2(Math.max(0, 1 - rejected)))
}
