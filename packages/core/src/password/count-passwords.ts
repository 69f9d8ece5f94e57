import type { Acceptance } from './acceptance.ts'
import type { PasswordPlan, Token } from './password-format.ts'

/** Where reading a password can stand: a state of the machine and a length. */
interface Place {
  readonly state: number
  readonly length: number
}

/**
 * How many accepted passwords there are from a position on, counted exactly by dynamic programming.
 */
export interface PasswordCount {
  readonly total: bigint
  /** Accepted completions from a place before `position`. */
  completions(position: number, place: Place): bigint
}

/**
 * Counts every accepted password of a plan. Two different choices of tokens never spell the same
 * password, so choices are counted.
 */
export function countPasswords(plan: PasswordPlan, acceptance: Acceptance): PasswordCount {
  const known = new Map<string, bigint>()
  const steps = new Map<readonly Token[], Map<number, ReadonlyMap<string, Step>>>()
  const completions = (position: number, { state, length }: Place): bigint => {
    const tokens = plan.positions[position]
    if (tokens === undefined) return acceptance.accepts(state, length) ? 1n : 0n
    const key = `${position}.${state}.${length}`
    const counted = known.get(key)
    if (counted !== undefined) return counted
    let sum = 0n
    for (const step of stepsFrom(tokens, state, acceptance, steps).values()) {
      sum +=
        step.choices *
        completions(position + 1, { state: step.state, length: length + step.length })
    }
    known.set(key, sum)
    return sum
  }
  return { total: completions(0, { state: acceptance.start, length: 0 }), completions }
}

/** Reads one token. -1 when it completes a forbidden word. */
export function readToken(token: Token, from: number, acceptance: Acceptance): number {
  let state = from
  for (const byte of token) {
    state = acceptance.step(state, byte)
    if (state < 0) return -1
  }
  return state
}

interface Step {
  readonly state: number
  readonly length: number
  /** How many tokens lead there. */
  readonly choices: bigint
}

/**
 * Tokens that lead to the same place are counted together; positions that share their tokens share
 * the work.
 */
function stepsFrom(
  tokens: readonly Token[],
  from: number,
  acceptance: Acceptance,
  known: Map<readonly Token[], Map<number, ReadonlyMap<string, Step>>>,
): ReadonlyMap<string, Step> {
  const ofTokens = known.get(tokens) ?? new Map<number, ReadonlyMap<string, Step>>()
  known.set(tokens, ofTokens)
  const counted = ofTokens.get(from)
  if (counted !== undefined) return counted
  const steps = new Map<string, Step>()
  for (const token of tokens) {
    const state = readToken(token, from, acceptance)
    if (state < 0) continue
    const key = `${state}.${token.length}`
    steps.set(key, { state, length: token.length, choices: (steps.get(key)?.choices ?? 0n) + 1n })
  }
  ofTokens.set(from, steps)
  return steps
}
