import { ForceResetError } from '../port/errors.ts'
import type { Operator, Verification } from '../reset/config.ts'
import type { VerificationOptions } from './options.ts'

/** Makes the part of a configuration that asks for proofs that the caller was identified. */
export function verification<O extends Operator>(_: VerificationOptions<O>): Verification<O> {
  throw new ForceResetError('ERR_INVALID_CONFIG', 'under construction')
}
