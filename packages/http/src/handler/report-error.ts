import type { Operator } from '@force-reset/core'
import { ForceResetError } from '@force-reset/core'
import type { HandlerOptions, UnexpectedError } from './handler-options.ts'

/**
 * Tells `onError`. A failure of `onError` itself is forgotten: a log that fails must not cost an
 * operator the response.
 */
export function reportError(
  { onError }: Pick<HandlerOptions<Operator>, 'onError'>,
  during: UnexpectedError['during'],
  error: unknown,
): void {
  try {
    onError?.(unexpectedError(during, error))
  } catch {
    // Deliberately forgotten.
  }
}

/**
 * The parts of an error that may be told. An error of our own is told with its name, code and
 * message. Of a foreign error only the class is told, because its message can hold anything.
 */
function unexpectedError(during: UnexpectedError['during'], error: unknown): UnexpectedError {
  if (error instanceof ForceResetError)
    return { during, name: error.name, code: error.code, message: error.message }
  const name = error instanceof Error ? error.constructor.name : typeof error
  return { during, name: name.slice(0, 64) }
}
