import { ForceResetError } from '../port/errors.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import type { ConfirmationAnswer, ConfirmationResult } from './requests.ts'

/** The answer of the person on a device of their own, as the application has heard it. */
export async function answerConfirmation<O extends Operator>(
  _config: ForceResetConfig<O>,
  _request: ConfirmationAnswer,
): Promise<ConfirmationResult> {
  throw new ForceResetError('ERR_INVALID_CONFIG', 'under construction')
}
