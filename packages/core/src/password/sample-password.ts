import type { Acceptance } from './acceptance.ts'
import { countPasswords, readToken } from './count-passwords.ts'
import type { PasswordPlan } from './password-format.ts'
import type { RandomSource } from './random.ts'
import { randomSource } from './random.ts'

/** After so many rejected draws, passwords are sampled by counting instead. */
const mostDraws = 64

/**
 * One password, uniform over everything that the plan spells and the machine accepts; `undefined`
 * when it accepts nothing.
 *
 * The whole password is drawn again when it is rejected, which keeps every accepted one equally
 * likely. Where nearly all are rejected, sampling by counting has the same distribution.
 */
export function samplePassword(
  plan: PasswordPlan,
  acceptance: Acceptance,
): Uint8Array<ArrayBuffer> | undefined {
  const random = randomSource()
  const draft = new Uint8Array(
    plan.positions.map(longestOf).reduce((sum, length) => sum + length, 0),
  )
  try {
    for (let draw = 0; draw < mostDraws; draw += 1) {
      const length = drawOnce(plan, acceptance, random, draft)
      if (length >= 0) return draft.slice(0, length)
    }
    const length = sampleByCounting(plan, acceptance, random, draft)
    return length >= 0 ? draft.slice(0, length) : undefined
  } finally {
    draft.fill(0)
    random.wipe()
  }
}

/** Fills `draft` and answers its length, or -1 when the draw is rejected. */
function drawOnce(
  plan: PasswordPlan,
  acceptance: Acceptance,
  random: RandomSource,
  draft: Uint8Array,
): number {
  let state = acceptance.start
  let length = 0
  for (const tokens of plan.positions) {
    const chosen = tokens[random.below(tokens.length)]
    if (chosen === undefined) return -1
    draft.set(chosen, length)
    length += chosen.length
    state = readToken(chosen, state, acceptance)
    if (state < 0) return -1
  }
  return acceptance.accepts(state, length) ? length : -1
}

/** Chooses each token in proportion to the number of accepted passwords behind it. */
function sampleByCounting(
  plan: PasswordPlan,
  acceptance: Acceptance,
  random: RandomSource,
  draft: Uint8Array,
): number {
  const count = countPasswords(plan, acceptance)
  if (count.total === 0n) return -1
  let place = { state: acceptance.start, length: 0 }
  plan.positions.forEach((tokens, position) => {
    let rest = random.belowBig(count.completions(position, place))
    for (const token of tokens) {
      const state = readToken(token, place.state, acceptance)
      if (state < 0) continue
      const next = { state, length: place.length + token.length }
      const behind = count.completions(position + 1, next)
      if (rest < behind) {
        draft.set(token, place.length)
        place = next
        return
      }
      rest -= behind
    }
  })
  return place.length
}

function longestOf(tokens: readonly Uint8Array[]): number {
  return tokens.reduce((most, token) => Math.max(most, token.length), 0)
}
