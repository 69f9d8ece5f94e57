import type { ForceResetErrorCode } from './errors.ts'
import { ForceResetError } from './errors.ts'

/** A demand on an option. */
export interface OptionRule {
  /** Completes the sentence "The option must be …". */
  readonly wanted: string
  /** Whether the value will do. */
  readonly fits: (value: unknown) => boolean
}

/** A function. */
export const aFunction: OptionRule = {
  wanted: 'a function',
  fits: (value) => typeof value === 'function',
}

/** `true` or `false`. */
export const aFlag: OptionRule = {
  wanted: 'true or false',
  fits: (value) => typeof value === 'boolean',
}

/** Text that is not empty. */
export const aText: OptionRule = {
  wanted: 'text that is not empty',
  fits: (value) => typeof value === 'string' && value !== '',
}

/**
 * A whole number in a range, both ends included.
 *
 * @example
 * const rules = { limit: wholeNumber(1, 200) }
 */
export function wholeNumber(least: number, most: number): OptionRule {
  return {
    wanted: `a whole number from ${least} to ${most}`,
    fits: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  }
}

/**
 * One of a few texts.
 *
 * @example
 * const rules = { raisedBy: oneOf('reset', 'database') }
 */
export function oneOf(...texts: readonly string[]): OptionRule {
  return {
    wanted: texts.map((text) => `'${text}'`).join(' or '),
    fits: (value) => texts.some((text) => text === value),
  }
}

/**
 * The same for an option that may be left out.
 *
 * @example
 * const rules = { onError: optional(aFunction) }
 */
export function optional({ wanted, fits }: OptionRule): OptionRule {
  return { wanted, fits: (value) => value === undefined || fits(value) }
}

/**
 * Refuses options that are missing or of the wrong type. The message names the option, what is
 * wanted and, in brackets, the type that was given, and never a value.
 *
 * @param options - Any value: a caller without types may hand over anything.
 * @param rules - By name of the option.
 * @param path - Stands before each name, for options within an option. Default: nothing.
 * @param code - Code of the error. Default `ERR_INVALID_CONFIG`.
 * @throws {ForceResetError}
 * @example
 * checkOptions(options, { find: aFunction, limit: optional(wholeNumber(1, 200)) })
 * checkOptions(options.retry, { times: wholeNumber(1, 9) }, 'retry.')
 */
export function checkOptions(
  options: unknown,
  rules: Readonly<Record<string, OptionRule>>,
  path = '',
  code: ForceResetErrorCode = 'ERR_INVALID_CONFIG',
): void {
  const values: Readonly<Record<string, unknown>> = Object(options)
  for (const [name, { wanted, fits }] of Object.entries(rules)) {
    if (fits(values[name])) continue
    throw new ForceResetError(code, `${path}${name} must be ${wanted} (${typeof values[name]})`)
  }
}
