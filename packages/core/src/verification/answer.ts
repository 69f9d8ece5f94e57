import { ForceResetError } from '../port/errors.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import type { AnswerRequest, AnswerResult } from './requests.ts'

/** Checks the answer, and makes the proof. */
export async function answerVerification<O extends Operator>(
  _config: ForceResetConfig<O>,
  _request: AnswerRequest<O>,
): Promise<AnswerResult> {
  throw new ForceResetError('ERR_INVALID_CONFIG', 'under construction')
}
