import type { StepFailure } from './step-failure.ts'

/** The failure of a request's text field that is missing, not text, or longer than `limit` characters. */
export function checkField(field: string, value: unknown, limit: number): StepFailure | undefined {
  if (value === undefined || value === '') return wrong(field, 'missing')
  if (typeof value !== 'string') return wrong(field, 'not_a_string')
  return value.length > limit ? { code: 'invalid_request', detail: { reason: 'field', field, problem: 'too_long', limit } } : undefined
}

/** The same for a field that may be left out. */
export function checkOptionalField(field: string, value: unknown, limit: number): StepFailure | undefined {
  return value === undefined || value === '' ? undefined : checkField(field, value, limit)
}

function wrong(field: string, problem: 'missing' | 'not_a_string'): StepFailure {
  return { code: 'invalid_request', detail: { reason: 'field', field, problem } }
}
