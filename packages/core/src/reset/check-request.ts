import { checkField, checkOptionalField, checkReason, longestToken } from './check-field.ts'
import type { ForceResetConfig, ForceResetRequest, Operator } from './config.ts'
import { anyVersion } from './config.ts'
import type { StepFailure } from './step-failure.ts'

/** Longest correlation id, in characters. */
const longestCorrelationId = 200

/** What a request to reset says, beside who asks for which account. */
type AskedReset = Pick<ForceResetRequest<Operator>, 'version' | 'reason' | 'correlationId'>

/** The failure of a request to reset that is refused before anything is looked up. */
export function checkRequest<O extends Operator>(
  config: ForceResetConfig<O>,
  { version, reason, correlationId }: AskedReset,
): StepFailure | undefined {
  return (
    (version === anyVersion && !config.verification
      ? undefined
      : checkField('version', version, longestToken)) ??
    checkReason(config, reason) ??
    checkOptionalField('correlationId', correlationId, longestCorrelationId)
  )
}

/**
 * Whether `forceReset` looks the account up, and does not refuse the request for its own sake.
 *
 * For a limit of your own that counts by account. Ask this function first, and leave a request that
 * is not well formed to `forceReset`. Otherwise two different answers would tell a denied operator
 * that the account exists.
 *
 * @example
 * const request = { operator, userId: '42', version: seen.version }
 * if (isWellFormed(config, request)) show('Only now may a limit of this account stop the reset.')
 */
export function isWellFormed<O extends Operator>(
  config: ForceResetConfig<O>,
  request: AskedReset,
): boolean {
  return checkRequest(config, request) === undefined
}
