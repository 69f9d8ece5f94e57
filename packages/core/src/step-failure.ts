import { StoreError } from './errors.ts'
import type { FailureCode, FailureDetail } from './failure.ts'

/** Why one step of a reset ended it. */
export interface StepFailure {
  readonly code: FailureCode
  readonly detail?: FailureDetail | undefined
  /** `true` when `authorize` said no, whatever the code looks like from outside. */
  readonly denied?: boolean | undefined
}

/** A question to the store: its answer, or the failure that its error means. Anything but a {@link StoreError} means that it is unavailable. */
export async function askStore<T>(
  question: () => Promise<T>,
  signal: AbortSignal | undefined,
): Promise<{ readonly ok: true; readonly answer: T } | { readonly ok: false; readonly failure: StepFailure }> {
  try {
    const answer = await question()
    return signal?.aborted ? { ok: false, failure: { code: 'aborted' } } : { ok: true, answer }
  } catch (error) {
    if (signal?.aborted) return { ok: false, failure: { code: 'aborted' } }
    const failure: StepFailure = error instanceof StoreError ? { code: error.code, detail: error.detail } : { code: 'store_unavailable' }
    return { ok: false, failure }
  }
}
