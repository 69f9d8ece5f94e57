import { classOf } from './character-class.ts'
import type { PasswordPlan } from './password-format.ts'
import type { CharacterClass, PasswordRules } from './password-rules.ts'

/**
 * A lower bound of the entropy, in bits, for plans of single characters: all choices, less everything that any one rule could reject
 * (the union bound). It may say far too little, never too much, and takes microseconds where counting takes milliseconds.
 */
export function certainBits({ positions, anyOf }: PasswordPlan, rules: PasswordRules): number {
  const length = positions.length
  const { minLength = 0, maxLength = length, minClasses = 0, requiredClasses = [], forbidden = [] } = rules
  const single = positions.every((tokens) => tokens.every((token) => token.length === 1))
  if (!single || length < minLength || length > maxLength || minClasses > 3) return Number.NEGATIVE_INFINITY
  /** The share of choices that stay within classes of which `within` is true. */
  const share = (within: (name: CharacterClass) => boolean): number =>
    positions.reduce((product, tokens) => (product * tokens.filter(([byte = 0]) => within(classOf(byte))).length) / tokens.length, 1)
  const groups = [...anyOf, ...requiredClasses.map((name) => [name])]
  const lacking = groups.reduce((sum, group) => sum + share((name) => !group.includes(name)), 0)
  // Fewer than three of the four classes means: two of them are missing, or more.
  const few = minClasses === 0 ? 0 : pairs.reduce((sum, pair) => sum + share((name) => pair.includes(name)), 0)
  // A letter matches at most two tokens, its two cases; a position without choice (a separator) may match for certain.
  const choices = Math.min(...positions.map((tokens) => tokens.length).filter((count) => count > 1))
  const fixed = positions.flatMap((tokens) => (tokens.length === 1 ? tokens.map(([byte = 0]) => String.fromCharCode(byte)) : []))
  const spelled = forbidden.reduce((sum, word) => {
    const free = Array.from(word).filter((character) => !fixed.includes(character)).length
    return word === '' ? sum : sum + length * (2 / choices) ** free
  }, 0)
  return positions.reduce((bits, tokens) => bits + Math.log2(tokens.length), Math.log2(Math.max(0, 1 - lacking - few - spelled)))
}

const pairs: readonly (readonly CharacterClass[])[] = [
  ['lower', 'upper'],
  ['lower', 'digit'],
  ['lower', 'symbol'],
  ['upper', 'digit'],
  ['upper', 'symbol'],
  ['digit', 'symbol'],
]
