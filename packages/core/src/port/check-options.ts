import { nearestName } from '../text/nearest-name.ts'
import { visibleText } from '../text/visible-text.ts'
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
 * Refuses an option that nobody reads: a misspelt option would be without effect, and nobody would
 * notice. Inherited options count, options without a value too. A symbol cannot be misspelt.
 *
 * @param options - Any value. A value that is no object has no options.
 * @param known - The names of the options.
 * @param path - Stands before each name, for options within an option. Default: nothing.
 * @param code - Code of the error. Default `ERR_INVALID_CONFIG`.
 * @throws {ForceResetError} The message has the name, and the known name that is near.
 * @example
 * checkNames(options, ['find', 'limit'])
 */
export function checkNames(
  options: unknown,
  known: readonly string[],
  path = '',
  code: ForceResetErrorCode = 'ERR_INVALID_CONFIG',
): void {
  if (typeof options !== 'object') return
  for (const name in options) {
    if (known.includes(name)) continue
    const nearest = nearestName(name, known)
    const hint = nearest ? `; did you mean ${nearest}?` : ''
    throw new ForceResetError(code, `${path}${visibleText(name).slice(0, 64)} is no option${hint}`)
  }
}

/**
 * Refuses options that are missing or of the wrong type, and options that no rule names. The
 * message names the option, what is wanted and, in brackets, the type that was given, and never a
 * value.
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
  checkNames(options, Object.keys(rules), path, code)
  const values: Readonly<Record<string, unknown>> = Object(options)
  for (const [name, { wanted, fits }] of Object.entries(rules)) {
    if (fits(values[name])) continue
    throw new ForceResetError(code, `${path}${name} must be ${wanted} (${typeof values[name]})`)
  }
}
