import type { FittedPlan } from './acceptance.ts'
import { classBits, classesIn } from './alphabet.ts'
import { longestOf } from './password-format.ts'

/**
 * A lower bound of the entropy, in bits, for plans of single characters. The bound counts all
 * choices, less the choices that any one rule could reject (the union bound). The bound may be far
 * too low and is never too high. It takes microseconds where counting takes milliseconds.
 */
export function certainBits({ positions, acceptance }: FittedPlan): number {
  const { length } = positions
  // Positions that share their tokens share the work.
  const kinds = [...new Set(positions)].map((tokens) => {
    /** How many tokens are a letter, in either case, and how many are of a class, by its bit. */
    const counts = new Map<number | string, number>()
    for (const token of tokens)
      for (const key of [token.toLowerCase(), classesIn(token)])
        counts.set(key, (counts.get(key) ?? 0) + 1)
    return { tokens, counts, times: positions.filter((each) => each === tokens).length }
  })
  if (kinds.some(({ tokens }) => longestOf(tokens) > 1)) return 0
  let rejected = 0
  // Every set of classes, 0 to 15, that is not enough, with all choices that stay within it.
  for (let set = 0; set < 16; set += 1) {
    if (!acceptance.accepts(set, length))
      rejected += kinds.reduce((share, { tokens, times, counts }) => {
        const within = classBits.reduce(
          (sum, bit) => (set & bit ? sum + (counts.get(bit) ?? 0) : sum),
          0,
        )
        return share * (within / tokens.length) ** times
      }, 1)
  }
  // A word may begin anywhere. Each of its characters counts as at the position where the character
  // is likeliest.
  for (const word of acceptance.words) {
    let share = length
    for (const letter of word) {
      const shares = kinds.map(({ tokens, counts }) => (counts.get(letter) ?? 0) / tokens.length)
      share *= Math.max(...shares)
    }
    rejected += share
  }
  return positions.reduce(
    (bits, tokens) => bits + Math.log2(tokens.length),
    Math.log2(Math.max(0, 1 - rejected)),
  )
}
