import type { UnexpectedError } from '../handler/handler-options.ts'

/** What `onError` was told, after all that a response left under way is over. */
export async function settled(
  errors: readonly UnexpectedError[],
): Promise<readonly UnexpectedError[]> {
  // The sentences are imported when the first of them is needed.
  await import('../handler/advice.ts')
  await new Promise(setImmediate)
  return errors
}
