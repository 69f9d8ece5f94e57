import type { Acceptance, FittedPlan } from './acceptance.ts'
import { remembered } from './acceptance.ts'
import type { Token } from './password-format.ts'

/** How far a password has been read: the state of the machine, and the length. */
export interface Place {
  /** Negative behind a forbidden word. */
  readonly state: number
  readonly length: number
}

/** The place before the first token. */
export const start: Place = { state: 0, length: 0 }

/** The place after one more token. */
export function placeAfter({ state, length }: Place, token: Token, acceptance: Acceptance): Place {
  let reached = state
  for (const character of token) if (reached >= 0) reached = acceptance.step(reached, character)
  return { state: reached, length: length + token.length }
}

/** A place that several tokens lead to. */
interface Step {
  readonly to: Place
  /** How many tokens lead there. */
  readonly tokens: bigint
}

/**
 * How many accepted passwords a plan has from a position and a place on, counted exactly by dynamic
 * programming. Two different choices of tokens never spell the same password, so choices are
 * counted.
 */
export function countPasswords({
  positions,
  acceptance,
}: FittedPlan): (position?: number, place?: Place) => bigint {
  const counts = new Map<string, bigint>()
  const steps = new Map<string, readonly Step[]>()
  /** Positions that share their tokens share the work. */
  const stepsFrom = (tokens: readonly Token[], state: number): readonly Step[] => {
    const key = `${positions.indexOf(tokens)} ${state}`
    return remembered(steps, key, () => groupTokens(tokens, state, acceptance))
  }
  const count = (position = 0, { state, length } = start): bigint => {
    const tokens = positions[position]
    if (state < 0) return 0n
    if (tokens === undefined) return acceptance.accepts(state, length) ? 1n : 0n
    const key = `${position} ${state} ${length}`
    return remembered(counts, key, () =>
      stepsFrom(tokens, state).reduce(
        (total, step) =>
          total +
          step.tokens *
            count(position + 1, { state: step.to.state, length: length + step.to.length }),
        0n,
      ),
    )
  }
  return count
}

/** Tokens that lead to the same place are counted together. */
function groupTokens(
  tokens: readonly Token[],
  state: number,
  acceptance: Acceptance,
): readonly Step[] {
  const steps = new Map<string, Step>()
  for (const token of tokens) {
    const to = placeAfter({ state, length: 0 }, token, acceptance)
    const key = `${to.state} ${to.length}`
    steps.set(key, { to, tokens: (steps.get(key)?.tokens ?? 0n) + 1n })
  }
  return [...steps.values()]
}
