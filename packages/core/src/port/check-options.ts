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
 * The answer of a check that reads somebody's options. Such options may throw: a getter, a proxy.
 * That error is foreign, and does not travel.
 *
 * @param name - Of what is read, for the message.
 * @param code - Code of the error. Default `ERR_INVALID_CONFIG`.
 * @throws {ForceResetError} What the check itself refuses, or that the name cannot be read.
 * @example
 * const secret = readable('myStore: secret', () => options.secret)
 */
export function readable<T>(
  name: string,
  check: () => T,
  code: ForceResetErrorCode = 'ERR_INVALID_CONFIG',
): T {
  try {
    return check()
  } catch (error) {
    throw error instanceof ForceResetError
      ? error
      : new ForceResetError(code, `${name} cannot be read`)
  }
}

/** Options stand in options, at most so deep: `credentials.columns.mustChange.column`. */
const deepest = 4

/**
 * Reads every option once, and the options within. A getter or a proxy that throws is named, and
 * does not throw later, perhaps after a write.
 *
 * @param of - Stands before each name, with a colon.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`, naming the option that cannot be read.
 * @example
 * checkReadable('myStore', options)
 */
export function checkReadable(of: string, options: object, path: readonly string[] = []): void {
  if (path.length > deepest || ArrayBuffer.isView(options)) return
  const called = (names: readonly string[]) => `${of}: ${names.join('.') || 'options'}`
  for (const name of readable(called(path), () => Object.keys(options))) {
    const inner = [...path, name]
    const value: unknown = readable(called(inner), () => Reflect.get(options, name))
    if (typeof value === 'object' && value !== null) checkReadable(of, value, inner)
    if (typeof value === 'function') readable(called(inner), () => Object.keys(value))
  }
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
  const check = (): void => {
    for (const name in options) {
      if (known.includes(name)) continue
      const nearest = nearestName(name, known)
      const hint = nearest ? `; did you mean ${nearest}?` : ''
      const shown = visibleText(name).slice(0, 64)
      throw new ForceResetError(code, `${path}${shown} is no option${hint}`)
    }
  }
  readable(`${path}options`, check, code)
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
    const check = (): void => {
      const value = values[name]
      if (fits(value)) return
      throw new ForceResetError(code, `${path}${name} must be ${wanted} (${typeof value})`)
    }
    readable(path + name, check, code)
  }
}
