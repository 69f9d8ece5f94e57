import type { FittedPlan } from './acceptance.ts'
import type { Place } from './count-passwords.ts'
import { countPasswords, placeAfter, start } from './count-passwords.ts'
import type { Token } from './password-format.ts'
import { longestOf } from './password-format.ts'
import { randomSource } from './random.ts'

/** After so many rejected draws, passwords are sampled by counting instead. */
const mostDraws = 64

/**
 * One password, uniform over everything that the plan spells and the machine accepts; `undefined`
 * when the machine accepts nothing.
 *
 * The whole password is drawn again when it is rejected, which keeps every accepted one equally
 * likely. Where nearly all are rejected, sampling by counting has the same distribution.
 */
export function samplePassword(plan: FittedPlan): Uint8Array<ArrayBuffer> | undefined {
  const { positions, acceptance } = plan
  const random = randomSource()
  // In a buffer of its own: the engine moves a short array that has none, and the old place is not
  // wiped.
  const draft = new Uint8Array(
    new ArrayBuffer(positions.reduce((sum, tokens) => sum + longestOf(tokens), 0)),
  )

  /** One password of chosen tokens; `undefined` when it is rejected. */
  const spell = (
    choose: (tokens: readonly Token[], position: number, place: Place) => Token | undefined,
  ): Uint8Array<ArrayBuffer> | undefined => {
    let place = start
    for (const [position, tokens] of positions.entries()) {
      const token = choose(tokens, position, place)
      if (token === undefined) return undefined
      for (let at = 0; at < token.length; at += 1) draft[place.length + at] = token.charCodeAt(at)
      place = placeAfter(place, token, acceptance)
    }
    return acceptance.accepts(place.state, place.length)
      ? new Uint8Array(draft.buffer.slice(0, place.length))
      : undefined
  }

  try {
    for (let draw = 0; draw < mostDraws; draw += 1) {
      const password = spell((tokens) => tokens[random.below(tokens.length)])
      if (password) return password
    }
    const count = countPasswords(plan)
    if (count() === 0n) return undefined
    // Each token in proportion to the number of accepted passwords behind it.
    return spell((tokens, position, place) => {
      let rest = random.belowBig(count(position, place))
      return tokens.find((token) => {
        rest -= count(position + 1, placeAfter(place, token, acceptance))
        return rest < 0n
      })
    })
  } finally {
    draft.fill(0)
  }
}
