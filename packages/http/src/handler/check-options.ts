import type { Operator } from '@force-reset/core'
import { checkForceResetConfig, ForceResetError } from '@force-reset/core'
import type { OptionRule } from '@force-reset/core/store'
import {
  aFlag,
  aFunction,
  checkOptions,
  optional,
  readable,
  wholeNumber,
} from '@force-reset/core/store'
import type { RateLimit, RateLimitOptions } from '../guards/rate-limits.ts'
import type { HandlerConfig, HandlerOptions } from './handler-options.ts'
import { allowInsecureTransport } from './handler-options.ts'

/** Default of `bodyLimitBytes`: a version and a reason need less than 3,000 characters. */
export const defaultBodyLimitBytes = 16_384
/** Greatest `bodyLimitBytes`. */
const greatestBodyLimitBytes = 1_048_576
/** Longest window of a rate limit: a day. */
const longestWindowSeconds = 86_400

const anObject: OptionRule = {
  wanted: 'an object',
  fits: (value) => typeof value === 'object' && value !== null,
}

const optionRules = {
  basePath: optional({
    wanted: 'empty, or a path that starts with a slash and does not end with one',
    fits: (path) => typeof path === 'string' && /^(\/[\w.~!$&'()*+,;=:@%-]+)*$/.test(path),
  }),
  origins: optional({
    wanted: 'a list of origins such as https://console.example.com, without a path',
    fits: (origins) => Array.isArray(origins) && origins.every(isWebOrigin),
  }),
  trustProxy: optional(aFlag),
  rateLimits: optional(anObject),
  bodyLimitBytes: optional(wholeNumber(1, greatestBodyLimitBytes)),
  onUndelivered: optional(aFunction),
  onError: optional(aFunction),
} satisfies Readonly<Record<Exclude<keyof HandlerOptions<Operator>, symbol>, OptionRule>>

/** For options with rules of their own. */
const anything: OptionRule = { wanted: 'anything', fits: () => true }

const rateLimitsRules = {
  readsPerOperator: anything,
  resetsPerOperator: anything,
  resetsPerTarget: anything,
  counter: anything,
  scope: optional(aFunction),
} satisfies Readonly<Record<keyof RateLimitOptions<Operator>, OptionRule>>

const countless = wholeNumber(1, Number.MAX_SAFE_INTEGER)
const rateLimitRules = {
  limit: {
    wanted: `${countless.wanted}, or Infinity`,
    fits: (limit) => limit === Number.POSITIVE_INFINITY || countless.fits(limit),
  },
  windowSeconds: wholeNumber(1, longestWindowSeconds),
} satisfies Readonly<Record<keyof RateLimit, OptionRule>>

/**
 * Refuses options that cannot work, and options that nobody reads.
 *
 * @param own - Rules of the shell's own options.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, naming the option, and what core's
 *   `checkForceResetConfig` throws.
 * @example
 * checkHandlerOptions(config, { authenticate: aFunction })
 */
export function checkHandlerOptions<O extends Operator>(
  config: HandlerConfig<O>,
  own: Readonly<Record<string, OptionRule>>,
): void {
  check('the configuration', anObject, () => config)
  checkForceResetConfig(config, { ...own, ...optionRules })
  check('[allowInsecureTransport]', optional(aFlag), () => config[allowInsecureTransport])
  if (config.rateLimits !== undefined) checkRateLimits(config.rateLimits)
}

function checkRateLimits<O>(limits: RateLimitOptions<O>): void {
  checkOptions(limits, rateLimitsRules, 'rateLimits.')
  for (const name of ['readsPerOperator', 'resetsPerOperator', 'resetsPerTarget'] as const) {
    const limit = limits[name]
    if (limit !== undefined) checkOptions(limit, rateLimitRules, `rateLimits.${name}.`)
  }
  // A counter is an object of the host's own, with whatever names the host likes.
  const { counter } = limits
  if (counter !== undefined) check('rateLimits.counter.add', aFunction, () => counter?.add)
}

function isWebOrigin(text: unknown): boolean {
  return typeof text === 'string' && /^https?:/.test(text) && URL.parse(text)?.origin === text
}

function check(name: string, { wanted, fits }: OptionRule, read: () => unknown): void {
  if (readable(name, () => fits(read()))) return
  throw new ForceResetError('ERR_INVALID_CONFIG', `${name} must be ${wanted}`)
}
