import type { FittedPlan } from './acceptance.ts'
import { letterOf } from './acceptance.ts'
import { classBit, classOf } from './alphabet.ts'
import { longestOf } from './password-format.ts'

/** Number of sets that the four character classes form. */
const classSets = 16

/**
 * A lower bound of the entropy, in bits, for plans of single characters. The bound counts all
 * choices, less the choices that any one rule could reject (the union bound). The bound may be far
 * too low and is never too high. It takes microseconds where counting takes milliseconds.
 */
export function certainBits(
  { positions, acceptance }: FittedPlan,
  forbidden: readonly string[] = [],
): number {
  // Positions that share their tokens share the work.
  const kinds = [...new Set(positions)].map((tokens) => {
    const shares = new Map<string | number, number>()
    for (const [byte = 0] of tokens)
      for (const key of [letterOf(byte), classBit(classOf(byte))])
        shares.set(key, (shares.get(key) ?? 0) + 1 / tokens.length)
    return { shares, tokens }
  })
  if (kinds.some(({ tokens }) => longestOf(tokens) > 1)) return 0
  const length = positions.length
  let rejected = 0
  // Every set of classes that is not enough, with all choices that stay within it.
  for (let set = 0; set < classSets; set += 1) {
    if (acceptance.accepts(set, length)) continue
    let all = 1
    for (const { tokens, shares } of kinds) {
      let within = 0
      for (const bit of [1, 2, 4, 8]) if (bit & set) within += shares.get(bit) ?? 0
      all *= within ** positions.filter((each) => each === tokens).length
    }
    rejected += all
  }
  // A word may begin anywhere. Each of its characters counts as at the position where the character
  // is likeliest. A word that is longer than the password cannot occur.
  for (const word of forbidden.filter((one) => one !== '' && one.length <= length)) {
    let all = length
    for (const letter of word.toLowerCase())
      all *= Math.max(...kinds.map(({ shares }) => shares.get(letter) ?? 0))
    rejected += all
  }
  return positions.reduce(
    (bits, tokens) => bits + Math.log2(tokens.length),
    Math.log2(Math.max(0, 1 - rejected)),
  )
}
