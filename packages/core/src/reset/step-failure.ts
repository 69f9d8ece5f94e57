import { StoreError } from '../port/errors.ts'
import { isRefusal } from '../port/explain-failure.ts'
import type { FailureCode, FailureDetail } from '../port/failure.ts'

/** Why one step of a reset ended the reset. */
export interface StepFailure {
  readonly ok: false
  readonly code: FailureCode
  readonly detail?: FailureDetail | undefined
  /** `true` when `authorize` said no, even where the code is `user_not_found`. */
  readonly denied?: boolean | undefined
}

/** Ends a step. */
export function failed(code: FailureCode, detail?: FailureDetail): StepFailure {
  return { ok: false, code, detail }
}

/** Ends a step in which a function of the configuration failed. */
export function callbackFailed(
  code: FailureCode,
  callback: Extract<FailureDetail, { readonly reason: 'callback_failed' }>['callback'],
): StepFailure {
  return failed(code, { reason: 'callback_failed', callback })
}

/** The refusal of a store; `store_unavailable` where its code is no refusal. */
export function refusalBy({
  code,
  detail,
}: {
  readonly code: FailureCode
  readonly detail?: FailureDetail | undefined
}): StepFailure {
  return isRefusal(code) ? failed(code, detail) : failed('store_unavailable')
}

/**
 * A question to the store before the write: its answer, or the failure that its error means.
 *
 * Any error but a {@link StoreError} means `store_unavailable`. `question` reads the answer too, so
 * that an answer of the wrong type fails here.
 */
export async function askStore<T>(
  signal: AbortSignal | undefined,
  question: () => Promise<T | StepFailure>,
): Promise<T | StepFailure> {
  const answer = await question().catch((error: unknown) =>
    error instanceof StoreError ? refusalBy(error) : failed('store_unavailable'),
  )
  return signal?.aborted ? failed('aborted') : answer
}
