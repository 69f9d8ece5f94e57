import { ForceResetError } from '../port/errors.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import type { VouchesRequest, VouchesResult, VouchRequest, VouchResult } from './requests.ts'

/** Vouches for a caller: stores the event, and answers the code to be read out. */
export async function vouch<O extends Operator>(
  _config: ForceResetConfig<O>,
  _request: VouchRequest,
): Promise<VouchResult> {
  throw new ForceResetError('ERR_INVALID_CONFIG', 'under construction')
}

/** Who is asked to vouch by whom, for the page of vouchers. */
export async function listVouches<O extends Operator>(
  _config: ForceResetConfig<O>,
  _request: VouchesRequest,
): Promise<VouchesResult> {
  throw new ForceResetError('ERR_INVALID_CONFIG', 'under construction')
}
