import { ForceResetError } from '../port/errors.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import type { FailRequest, FailResult } from './requests.ts'

/** Records that the caller could not be identified. */
export async function failVerification<O extends Operator>(
  _config: ForceResetConfig<O>,
  _request: FailRequest<O>,
): Promise<FailResult> {
  throw new ForceResetError('ERR_INVALID_CONFIG', 'under construction')
}
