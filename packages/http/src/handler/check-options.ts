import type { Operator } from '@force-reset/core'
import { checkForceResetConfig, ForceResetError } from '@force-reset/core'
import type { RateLimitOptions } from '../guards/rate-limits.ts'
import type { HandlerConfig } from './handler-options.ts'
import { allowInsecureTransport } from './handler-options.ts'

/** Default of `bodyLimitBytes`: a version and a reason need less than 3,000 characters. */
export const defaultBodyLimitBytes = 16_384
/** Greatest `bodyLimitBytes`. */
const greatestBodyLimitBytes = 1_048_576
/** Longest window of a rate limit: a day. */
const longestWindowSeconds = 86_400

/**
 * Refuses options that cannot work, and names the option.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, and what core's `checkForceResetConfig` throws.
 */
export function checkOptions<O extends Operator>(
  config: HandlerConfig<O> & { readonly authenticate: unknown; readonly peerAddress?: unknown },
): void {
  if (typeof config !== 'object' || config === null) fail('the configuration', 'an object')
  checkFunction('authenticate', config.authenticate)
  if (config.peerAddress !== undefined) checkFunction('peerAddress', config.peerAddress)
  if (config.onUndelivered !== undefined) checkFunction('onUndelivered', config.onUndelivered)
  if (config.onError !== undefined) checkFunction('onError', config.onError)
  checkBasePath(config.basePath)
  checkOrigins(config.origins)
  checkBoolean('trustProxy', config.trustProxy)
  checkBoolean('[allowInsecureTransport]', config[allowInsecureTransport])
  checkWhole('bodyLimitBytes', config.bodyLimitBytes ?? 1, greatestBodyLimitBytes)
  if (config.rateLimits !== undefined) checkRateLimits(config.rateLimits)
  checkForceResetConfig(config)
}

function checkBasePath(path: unknown): void {
  if (
    path === undefined ||
    (typeof path === 'string' && /^(\/[\w.~!$&'()*+,;=:@%-]+)*$/.test(path))
  )
    return
  fail('basePath', 'empty, or a path that starts with a slash and does not end with one')
}

function checkOrigins(origins: unknown): void {
  if (origins === undefined || (Array.isArray(origins) && origins.every(isWebOrigin))) return
  fail('origins', 'a list of origins such as https://console.example.com, without a path')
}

function isWebOrigin(text: unknown): boolean {
  return typeof text === 'string' && /^https?:/.test(text) && URL.parse(text)?.origin === text
}

function checkRateLimits<O>(limits: RateLimitOptions<O>): void {
  if (typeof limits !== 'object' || limits === null) fail('rateLimits', 'an object')
  for (const name of ['readsPerOperator', 'resetsPerOperator', 'resetsPerTarget'] as const) {
    const one = limits[name]
    if (one === undefined) continue
    if (one?.limit !== Number.POSITIVE_INFINITY)
      checkWhole(`rateLimits.${name}.limit`, one?.limit, Number.MAX_SAFE_INTEGER)
    checkWhole(`rateLimits.${name}.windowSeconds`, one?.windowSeconds, longestWindowSeconds)
  }
  if (limits.scope !== undefined) checkFunction('rateLimits.scope', limits.scope)
  if (limits.counter !== undefined) checkFunction('rateLimits.counter.add', limits.counter?.add)
}

function checkFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') fail(name, 'a function')
}

function checkBoolean(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean') fail(name, 'true or false')
}

function checkWhole(name: string, value: unknown, most: number): void {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most)
    fail(name, `a whole number from 1 to ${most}`)
}

function fail(name: string, wanted: string): never {
  throw new ForceResetError('ERR_INVALID_CONFIG', `${name} must be ${wanted}`)
}
