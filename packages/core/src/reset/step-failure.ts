import { StoreError } from '../port/errors.ts'
import { isRefusal } from '../port/explain-failure.ts'
import type { FailureCode, FailureDetail } from '../port/failure.ts'
import { safeError, safeFailure } from '../port/safe-error.ts'
import type { FailedStep, Hears } from './heard.ts'
import { tell } from './heard.ts'

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

/** The step of a store that is asked, and what the question needs. */
interface StoreQuestion {
  readonly during: FailedStep
  readonly signal: AbortSignal | undefined
}

/**
 * A question to the store before the write: its answer, or the failure that its error means.
 *
 * Any error but a {@link StoreError} means `store_unavailable`. `question` reads the answer too, so
 * that an answer of the wrong type fails here.
 */
export async function askStore<T extends object>(
  config: Hears,
  { during, signal }: StoreQuestion,
  question: () => Promise<T | StepFailure>,
): Promise<T | StepFailure> {
  try {
    const answer = await question()
    if (signal?.aborted) return failed('aborted')
    if ('code' in answer) tellFailure(config, during, answer)
    return answer
  } catch (error) {
    if (signal?.aborted) return failed('aborted')
    const failure = error instanceof StoreError ? refusalBy(error) : failed('store_unavailable')
    if (!expected.includes(failure.code)) tell(config, during, safeError(error))
    return failure
  }
}

/** Codes that say something of the request or of the account, and nothing of the store. */
const expected: readonly FailureCode[] = [
  'invalid_request',
  'user_not_found',
  'not_eligible',
  'privileged_user',
  'conflict',
]

/** Tells `onError` of a failure of the store. A refusal with a cause is told too. */
export function tellFailure(
  config: Hears,
  during: FailedStep,
  failure: Pick<StepFailure, 'code' | 'detail'>,
): void {
  // The function that failed has been told of.
  if (failure.detail?.reason === 'callback_failed') return
  const told = safeFailure(failure)
  if (told.cause || !expected.includes(failure.code)) tell(config, during, told)
}
