import { StoreError } from '../port/errors.ts'
import { isRefusal } from '../port/explain-failure.ts'
import type { FailureCode, FailureDetail } from '../port/failure.ts'

/** Why one step of a reset ended it. */
export interface StepFailure {
  readonly code: FailureCode
  readonly detail?: FailureDetail | undefined
  /** `true` when `authorize` said no, whatever the code looks like from outside. */
  readonly denied?: boolean | undefined
}

/** The refusal of a store before the write; `store_unavailable` where its code is no refusal. */
export function refusalBy({ code, detail }: StepFailure): StepFailure {
  return isRefusal(code) ? { code, detail } : { code: 'store_unavailable' }
}

/**
 * A question to the store: its answer, or the failure that its error means.
 *
 * Any error but a {@link StoreError} means `store_unavailable`. `question` reads the answer too, so
 * that an answer of the wrong type fails here.
 */
export async function askStore<T>(
  question: () => T | PromiseLike<T>,
  signal: AbortSignal | undefined,
): Promise<
  { readonly ok: true; readonly answer: T } | { readonly ok: false; readonly failure: StepFailure }
> {
  try {
    const answer = await question()
    if (!signal?.aborted) return { ok: true, answer }
  } catch (error) {
    if (!signal?.aborted)
      return {
        ok: false,
        failure: error instanceof StoreError ? refusalBy(error) : { code: 'store_unavailable' },
      }
  }
  return { ok: false, failure: { code: 'aborted' } }
}
