import type { Operator } from '@force-reset/core'
import { safeError } from '@force-reset/core'
import type { HandlerOptions, UnexpectedError } from './handler-options.ts'

/**
 * Tells `onError`. A failure of `onError` itself is forgotten, also one that comes later. A log
 * that fails must cost neither an operator the response, nor the host its process.
 */
export function reportError(
  { onError }: Pick<HandlerOptions<Operator>, 'onError'>,
  during: UnexpectedError['during'],
  error: unknown,
  trouble?: UnexpectedError['trouble'],
): void {
  try {
    const logged: unknown = onError?.({ during, ...safeError(error), ...(trouble && { trouble }) })
    Promise.resolve(logged).catch(() => undefined)
  } catch {
    // Deliberately forgotten.
  }
}
