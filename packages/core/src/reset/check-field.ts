import type { ForceResetConfig, Operator } from './config.ts'
import { heard } from './heard.ts'
import type { StepFailure } from './step-failure.ts'
import { failed } from './step-failure.ts'

/** Longest id, version or cursor that is looked at, in characters. */
export const longestToken = 1_024

/**
 * The failure of a request's text field that is missing, not text, or longer than `limit`
 * characters.
 */
export function checkField(field: string, value: unknown, limit: number): StepFailure | undefined {
  if (value === undefined || value === '') return malformed(field, 'missing')
  if (typeof value !== 'string') return malformed(field, 'not_a_string')
  return value.length > limit ? malformed(field, 'too_long', limit) : undefined
}

/** The same for a field that may be left out. */
export function checkOptionalField(
  field: string,
  value: unknown,
  limit: number,
): StepFailure | undefined {
  return value === undefined || value === '' ? undefined : checkField(field, value, limit)
}

/** Longest reason, in characters. */
const longestReason = 500

/** The failure of a reason that is malformed, or that is not what the configuration requires. */
export function checkReason<O extends Operator>(
  config: ForceResetConfig<O>,
  reason: unknown,
): StepFailure | undefined {
  const failure = checkOptionalField('reason', reason, longestReason)
  const { requireReason: required } = config
  if (failure || !required) return failure
  const text = String(reason ?? '').trim()
  if (!isFilled(text)) return malformed('reason', 'missing')
  if (!(required instanceof RegExp)) return undefined
  // A copy of the pattern: with the flags `g` or `y` a pattern remembers where it matched last.
  const matches = () => new RegExp(required).test(text)
  return heard(config, 'require_reason', matches, () => true)
    ? undefined
    : malformed('reason', 'malformed')
}

/** Whether a text says something. Characters that are drawn as nothing are no reason. */
export function isFilled(text = ''): boolean {
  return /[^\p{Z}\p{C}\p{DI}\u2800]/u.test(text)
}

/** The failure of a field of the request. */
export function malformed(
  field: string,
  problem: 'missing' | 'not_a_string' | 'too_long' | 'malformed',
  limit?: number,
): StepFailure {
  return failed('invalid_request', { reason: 'field', field, problem, limit })
}
