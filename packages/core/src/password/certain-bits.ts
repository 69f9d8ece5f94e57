import type { FittedPlan } from './acceptance.ts'
import { letterOf } from './acceptance.ts'
import { classBit, classOf } from './alphabet.ts'
import type { Token } from './password-format.ts'

/** Number of sets that the four character classes form. */
const classSets = 16

/**
 * A lower bound of the entropy, in bits, for plans of single characters: all choices, less
 * everything that any one rule could reject (the union bound). The bound may be far too low and is
 * never too high. It takes microseconds where counting takes milliseconds.
 */
export function certainBits(
  { positions, acceptance }: FittedPlan,
  forbidden: readonly string[] = [],
): number {
  const length = positions.length
  let bits = 0
  let rejected = 0
  // Positions that share their tokens share the work.
  const times = new Map<readonly Token[], number>()
  for (const tokens of positions) times.set(tokens, (times.get(tokens) ?? 0) + 1)
  const kinds = Array.from(times, ([tokens, count]) => {
    bits += count * Math.log2(tokens.length)
    return { count, ...sharesOf(tokens) }
  })
  // Every set of classes that is not enough, with all choices that stay within it.
  for (let set = 0; set < classSets; set += 1) {
    if (!acceptance.accepts(set, length))
      rejected += kinds.reduce((all, { within, count }) => all * (within[set] ?? 0) ** count, 1)
  }
  // A word may begin anywhere. Each of its characters counts as at the position where the character
  // is likeliest. A word that is longer than the password cannot occur.
  for (const word of forbidden) {
    if (word === '' || word.length > length) continue
    let share = length
    for (const letter of word.toLowerCase())
      share *= kinds.reduce((most, { letters }) => Math.max(most, letters.get(letter) ?? 0), 0)
    rejected += share
  }
  const single = kinds.every(({ single }) => single)
  return single ? bits + Math.log2(Math.max(0, 1 - rejected)) : 0
}

/** How likely a choice of tokens is a letter in either case, and within each set of classes. */
function sharesOf(tokens: readonly Token[]) {
  const letters = new Map<string, number>()
  const within: number[] = Array(classSets).fill(0)
  for (const [byte = 0] of tokens) {
    const letter = letterOf(byte)
    const own = classBit(classOf(byte))
    letters.set(letter, (letters.get(letter) ?? 0) + 1 / tokens.length)
    for (let set = own; set < classSets; set += 1)
      if (set & own) within[set] = (within[set] ?? 0) + 1 / tokens.length
  }
  return { letters, within, single: tokens.every(({ length }) => length === 1) }
}
