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

function malformed(
  field: string,
  problem: 'missing' | 'not_a_string' | 'too_long',
  limit?: number,
): StepFailure {
  return failed('invalid_request', { reason: 'field', field, problem, limit })
}
