import type { ForceResetConfig, Operator } from '@force-reset/core'
import { ForceResetError } from '@force-reset/core'
import { atOnce } from '@force-reset/core/store'
import type { HandlerResponse } from '../wire/handler-response.ts'
import { problem } from '../wire/problem.ts'
import type { RateCount, RateCounter } from './rate-counter.ts'
import { memoryRateCounter } from './rate-counter.ts'

/** A number of requests or resets within a number of seconds. */
export interface RateLimit {
  /** `Infinity` switches the limit off. */
  readonly limit: number
  readonly windowSeconds: number
}

/** How much one operator may do, and how often one account may be reset. */
export interface RateLimitOptions<O> {
  /**
   * Requests to list and view. Default 600 a minute: a list that filters while an operator types
   * asks often.
   */
  readonly readsPerOperator?: RateLimit | undefined
  /**
   * Requests to reset, refused ones included. Default 30 in ten minutes. Requests that identify a
   * caller are counted apart, up to the same limit.
   */
  readonly resetsPerOperator?: RateLimit | undefined
  /** Resets of one account that happened, by any operator. Default 5 in ten minutes. */
  readonly resetsPerTarget?: RateLimit | undefined
  /** Default {@link memoryRateCounter}. */
  readonly counter?: RateCounter | undefined
  /**
   * The tenant of an operator, so that equal ids of different tenants are counted apart. Default:
   * one tenant where `store` is one store; the operator's own id where `store` is a function.
   */
  scope?(operator: O): string
}

/** A limit that is reached. */
export interface Exceeded {
  readonly response: HandlerResponse
  /** Whose limit, for the audit trail. */
  readonly limit: RateLimit & { readonly per: 'operator' | 'target' }
  /** Seconds until the window ends, at least 1. */
  readonly secondsLeft: number
  /**
   * Of `countRequest`: whether this request is the first of its window that the limit stops.
   * `askTarget` counts nothing: always `false`.
   */
  readonly isFirst: boolean
}

/** The limits of one handler, ready to ask. */
export interface RateLimits<O> {
  /** Counts a request of this operator: the refusal, or `undefined`. */
  countRequest(
    kind: 'reads' | 'resets' | 'identifications',
    operator: O,
  ): Promise<Exceeded | undefined>
  /** The refusal when this account was reset too often. Counts nothing. */
  askTarget(operator: O, userId: string): Promise<Exceeded | undefined>
  /**
   * Counts a reset of this account that its limit stops: whether the reset is the first one of the
   * window.
   */
  isFirstStopped(operator: O, userId: string, stopped: Exceeded): Promise<boolean>
  /** Counts a reset that happened. */
  countTarget(operator: O, userId: string): Promise<void>
}

const readsPerOperator: RateLimit = { limit: 600, windowSeconds: 60 }
const resetsPerOperator: RateLimit = { limit: 30, windowSeconds: 600 }
const resetsPerTarget: RateLimit = { limit: 5, windowSeconds: 600 }

/** Fills in the defaults. */
export function rateLimits<O extends Operator>(
  config: ForceResetConfig<O>,
  options: RateLimitOptions<O> = {},
): RateLimits<O> {
  const clock = (): number => atOnce('now', () => config.now?.() ?? Date.now())
  const counter = options.counter ?? memoryRateCounter(clock)
  const perOperator = {
    reads: options.readsPerOperator ?? readsPerOperator,
    resets: options.resetsPerOperator ?? resetsPerOperator,
    // Counted apart: one reset takes several of them.
    identifications: options.resetsPerOperator ?? resetsPerOperator,
  }
  const perTarget = options.resetsPerTarget ?? resetsPerTarget
  const scopeOf = (operator: O): string => {
    if (!options.scope) return typeof config.store === 'function' ? operator.id : ''
    const scope: unknown = atOnce('rateLimits.scope', () => options.scope?.(operator))
    // Anything else could be the same for all tenants, and count them together.
    if (typeof scope === 'string') return scope
    throw new ForceResetError('ERR_INVALID_CONFIG', 'rateLimits.scope must answer text')
  }
  const targetKey = (operator: O, userId: string, name = 'target'): string =>
    JSON.stringify([name, scopeOf(operator), userId])
  // A counter that returns no numbers would never reach a limit.
  const add = async (key: string, amount: 0 | 1, windowSeconds: number): Promise<RateCount> => {
    const counted = await counter.add(key, amount, windowSeconds)
    if (!Number.isFinite(counted.count) || !Number.isFinite(counted.secondsLeft))
      throw new TypeError('A rate counter must answer numbers.')
    return counted
  }
  return {
    countRequest: async (kind, operator) => {
      const { limit, windowSeconds } = perOperator[kind]
      const { count, secondsLeft } = await add(
        JSON.stringify([kind, scopeOf(operator), operator.id]),
        1,
        windowSeconds,
      )
      if (count <= limit) return undefined
      const exceeded = tooMany('operator', perOperator[kind], secondsLeft)
      return { ...exceeded, isFirst: count === limit + 1 }
    },
    askTarget: async (operator, userId) => {
      const { count, secondsLeft } = await add(
        targetKey(operator, userId),
        0,
        perTarget.windowSeconds,
      )
      return count >= perTarget.limit ? tooMany('target', perTarget, secondsLeft) : undefined
    },
    isFirstStopped: async (operator, userId, { secondsLeft }) => {
      const { count } = await add(targetKey(operator, userId, 'stopped'), 1, secondsLeft)
      return count === 1
    },
    countTarget: async (operator, userId) => {
      await add(targetKey(operator, userId), 1, perTarget.windowSeconds)
    },
  }
}

function tooMany(
  per: 'operator' | 'target',
  { limit, windowSeconds }: RateLimit,
  left: number,
): Exceeded {
  const secondsLeft = Math.max(1, Math.ceil(left))
  const what =
    per === 'operator' ? 'You have sent too many requests' : 'This account was reset too often'
  const response = problem('rate_limited', {
    what: `${what}.`,
    unchanged: true,
    cure: `Try again in ${secondsLeft} s.`,
    parameters: { per, limit, windowSeconds, retryAfterSeconds: secondsLeft },
    headers: { 'Retry-After': String(secondsLeft) },
  })
  return { response, limit: { per, limit, windowSeconds }, secondsLeft, isFirst: false }
}
