import type { StepFailure } from './step-failure.ts'

/** Longest id, version or cursor that is looked at, in characters. */
export const longestToken = 1_024

/**
 * The failure of a request's text field that is missing, not text, or longer than `limit`
 * characters.
 */
export function checkField(field: string, value: unknown, limit: number): StepFailure | undefined {
  if (typeof value === 'string' && value !== '' && value.length <= limit) return undefined
  const problem =
    value === undefined || value === ''
      ? 'missing'
      : typeof value === 'string'
        ? 'too_long'
        : 'not_a_string'
  const detail = {
    reason: 'field',
    field,
    problem,
    limit: problem === 'too_long' ? limit : undefined,
  } as const
  return { code: 'invalid_request', detail }
}

/** The same for a field that may be left out. */
export function checkOptionalField(
  field: string,
  value: unknown,
  limit: number,
): StepFailure | undefined {
  return value === undefined || value === '' ? undefined : checkField(field, value, limit)
}
