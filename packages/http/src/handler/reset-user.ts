import type { Operator, ResetSuccess } from '@force-reset/core'
import { auditUndelivered, forceReset, previewReset } from '@force-reset/core'
import { isWellFormed } from '@force-reset/core/store'
import { failureProblem } from '../wire/failure-problem.ts'
import type { HandlerResponse } from '../wire/handler-response.ts'
import { bytesResponse } from '../wire/handler-response.ts'
import { resetBody } from '../wire/reset-body.ts'
import type { HandlerParts, SignedInRequest } from './handler-parts.ts'
import { recordLimit } from './record-limit.ts'
import { internalError, undelivered } from './refusals.ts'
import { readResetRequest } from './reset-request.ts'

/**
 * Responds to `POST {base}/users/{id}/force-reset`.
 *
 * Rejects only before anything is attempted: core throws for nothing but a configuration that
 * cannot work. `outcome_unknown` is said only where core says so, or where the password was lost.
 */
export async function resetUser<O extends Operator>(
  parts: HandlerParts<O>,
  signedIn: SignedInRequest<O>,
  userId: string,
): Promise<HandlerResponse> {
  const { config, limits } = parts
  const { request, operator, trace } = signedIn
  const read = await readResetRequest(request, {
    limitBytes: parts.bodyLimitBytes,
    identifies: config.verification !== undefined,
  })
  if (!read.ok) return read.response
  const { version, reason, conditional, proofs, override } = read.asked
  const tooOften = await askTarget(parts, signedIn, { userId, version, reason })
  if (tooOften) return tooOften
  const { signal } = request
  const about = { operator, userId, version, reason, proofs, override, ...trace, signal }
  const result = await forceReset(config, about)
  if (!result.ok && result.detail?.reason === 'foreign_version')
    parts.foreignKey('version', result.detail.keyLabel)
  if (!result.ok) return failureProblem(result, { resetId: result.resetId, conditional })
  // Not waited for: a slow counter must not keep a password in memory.
  limits
    .countTarget(operator, result.user.id)
    .catch((error: unknown) => parts.report('rate_limits', error))
  return passwordResponse(parts, signedIn, result)
}

/**
 * The refusal when this account was reset too often. Only an operator who may reset the account
 * gets it; to others it would tell that the account exists.
 */
async function askTarget<O extends Operator>(
  parts: HandlerParts<O>,
  signedIn: SignedInRequest<O>,
  asked: { readonly userId: string; readonly version: string; readonly reason: string | undefined },
): Promise<HandlerResponse | undefined> {
  const { config, limits, report } = parts
  const { request, operator, trace } = signedIn
  const { userId, reason } = asked
  try {
    const tooOften = await limits.askTarget(operator, userId)
    // Core refuses a request that is not well formed, whatever the account: so it must come first.
    if (tooOften === undefined || !isWellFormed(config, { ...asked, ...trace })) return undefined
    const { signal } = request
    const preview = await previewReset(config, { operator, userId, reason, ...trace, signal })
    if (!preview.allowed) return failureProblem(preview)
    if (await limits.isFirstStopped(operator, userId, tooOften))
      await recordLimit(parts, signedIn, { name: 'reset', userId }, tooOften.limit)
    return tooOften.response
  } catch (error) {
    report('rate_limits', error)
    return internalError()
  }
}

/**
 * The one response that holds a password. The response is not put together when nobody waits for it
 * any more.
 */
function passwordResponse<O extends Operator>(
  { config, report }: HandlerParts<O>,
  { request, operator, trace }: SignedInRequest<O>,
  result: ResetSuccess,
): HandlerResponse {
  const { resetId, user, temporaryPassword } = result
  const { signal } = request
  const lost = (): void => {
    auditUndelivered(config, { resetId, operator, user, ...trace })
      .then(() => config.onUndelivered?.({ resetId, operator, userId: user.id }))
      .catch((error: unknown) => report('on_undelivered', error))
  }
  try {
    if (!signal.aborted)
      return bytesResponse(200, { 'Content-Type': 'application/json' }, resetBody(result), lost)
  } catch (error) {
    // A property of the store's account throws when it is read.
    report('request', error)
  } finally {
    temporaryPassword.dispose()
  }
  lost()
  return undelivered(resetId)
}
