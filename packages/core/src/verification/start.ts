import { ForceResetError } from '../port/errors.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import type { StartRequest, StartResult } from './requests.ts'

/** Begins to identify the caller: shows a number, sends a code or a question, asks a voucher. */
export async function startVerification<O extends Operator>(
  _config: ForceResetConfig<O>,
  _request: StartRequest<O>,
): Promise<StartResult> {
  throw new ForceResetError('ERR_INVALID_CONFIG', 'under construction')
}
