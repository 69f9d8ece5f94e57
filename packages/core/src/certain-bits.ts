import { characterClasses, classBit, classOf } from './character-class.ts'
import type { PasswordPlan, Token } from './password-format.ts'
import type { CharacterClass, PasswordRules } from './password-rules.ts'

/**
 * A lower bound of the entropy, in bits, for plans of single characters: all choices, less everything that any one rule could reject
 * (the union bound). `-Infinity` where the bound says nothing. It takes microseconds where counting takes milliseconds.
 */
export function certainBits(plan: PasswordPlan, rules: PasswordRules): number {
  const { positions } = plan
  const length = positions.length
  if (
    positions.some((tokens) => tokens.some((token) => token.length !== 1)) ||
    length < (rules.minLength ?? 0) ||
    length > (rules.maxLength ?? length)
  ) {
    return Number.NEGATIVE_INFINITY
  }
  const shares = sharesOf(positions)
  let rejected = rejectedByClasses(shares, plan.anyOf, rules)
  for (const word of rules.forbidden ?? []) {
    const bytes = Array.from(word.toLowerCase(), (character) => character.charCodeAt(0))
    for (let at = 0; bytes.length > 0 && at + bytes.length <= length; at += 1) {
      rejected += bytes.reduce((share, byte, i) => share * (shares[at + i]?.byLower[byte] ?? 0), 1)
    }
  }
  return rejected < 1
    ? positions.reduce((bits, tokens) => bits + Math.log2(tokens.length), Math.log2(1 - rejected))
    : Number.NEGATIVE_INFINITY
}

/** At most this share of all choices lacks a class that has to occur. */
function rejectedByClasses(shares: readonly Shares[], anyOf: PasswordPlan['anyOf'], rules: PasswordRules): number {
  const everyClass = (1 << characterClasses.length) - 1
  const wanted = [...anyOf, ...(rules.requiredClasses ?? []).map((name): readonly CharacterClass[] => [name])]
  const lacking = wanted.map((group) => group.reduce((bits, name) => bits & ~classBit(name), everyClass))
  // Fewer than `minClasses` classes means: only classes of some set that is one smaller.
  const smaller = Array.from({ length: everyClass + 1 }, (_, bits) => bits).filter(
    (bits) => countBits(bits) === (rules.minClasses ?? 0) - 1,
  )
  return [...lacking, ...smaller].reduce((sum, bits) => sum + shares.reduce((share, { byClasses }) => share * (byClasses[bits] ?? 0), 1), 0)
}

/** What share of a position's tokens is a certain letter in either case, and what share lies within a set of classes. */
interface Shares {
  readonly byLower: Float64Array
  readonly byClasses: Float64Array
}

function sharesOf(positions: PasswordPlan['positions']): readonly Shares[] {
  const known = new Map<readonly Token[], Shares>()
  return positions.map((tokens) => {
    const shares = known.get(tokens) ?? { byLower: new Float64Array(128), byClasses: new Float64Array(1 << characterClasses.length) }
    if (known.has(tokens)) return shares
    known.set(tokens, shares)
    for (const [byte = 0] of tokens) {
      const lower = byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte
      shares.byLower[lower] = (shares.byLower[lower] ?? 0) + 1 / tokens.length
      const bit = classBit(classOf(byte))
      for (let bits = 0; bits < shares.byClasses.length; bits += 1) {
        if ((bits & bit) !== 0) shares.byClasses[bits] = (shares.byClasses[bits] ?? 0) + 1 / tokens.length
      }
    }
    return shares
  })
}

function countBits(bits: number): number {
  return characterClasses.filter((_, i) => (bits & (1 << i)) !== 0).length
}
