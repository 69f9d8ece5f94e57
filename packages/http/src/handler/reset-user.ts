import type { Operator, ResetSuccess } from '@force-reset/core'
import { auditUndelivered, forceReset, previewReset } from '@force-reset/core'
import type { Answer } from '../wire/answer.ts'
import { answerOf } from '../wire/answer.ts'
import type { Exchange } from '../wire/exchange.ts'
import { failureProblem } from '../wire/failure-problem.ts'
import { resetBody } from '../wire/reset-body.ts'
import { internalError, undelivered } from './refusals.ts'
import type { HandlerParts } from './request-handler.ts'
import { readResetRequest } from './reset-request.ts'

/** Who asks to reset whom. */
export interface ResetTarget<O extends Operator> {
  readonly exchange: Exchange<O>
  readonly operator: O
  readonly userId: string
}

/**
 * Answers `POST {base}/users/{id}/force-reset`.
 *
 * Rejects only before anything is attempted: core throws for nothing but a configuration that
 * cannot work. `outcome_unknown` is said only where core says so, or where the password was lost.
 */
export async function resetUser<O extends Operator>(
  parts: HandlerParts<O>,
  target: ResetTarget<O>,
): Promise<Answer> {
  const { config, limits } = parts
  const { exchange, operator, userId } = target
  const read = await readResetRequest(exchange, parts.bodyLimitBytes)
  if (!read.ok) return read.answer
  const { version, reason, conditional } = read.request
  const tooOften = await askTarget(parts, target)
  if (tooOften) return tooOften
  const result = await forceReset(config, {
    operator,
    userId,
    version,
    reason,
    signal: exchange.signal,
  })
  if (!result.ok) return failureProblem(result, { resetId: result.resetId, conditional })
  // Not waited for: a slow counter must not keep a password in memory.
  limits
    .countTarget(operator, result.user.id)
    .catch((error: unknown) => parts.report('rate_limits', error))
  return passwordAnswer(parts, target, result)
}

/**
 * The refusal when this account was reset too often. Only an operator who may reset the account
 * gets it; to others it would tell that the account exists.
 */
async function askTarget<O extends Operator>(
  { config, limits, report }: HandlerParts<O>,
  { exchange, operator, userId }: ResetTarget<O>,
): Promise<Answer | undefined> {
  try {
    const tooOften = await limits.askTarget(operator, userId)
    if (tooOften === undefined) return undefined
    const preview = await previewReset(config, { operator, userId, signal: exchange.signal })
    return preview.allowed ? tooOften : failureProblem(preview)
  } catch (error) {
    report('rate_limits', error)
    return internalError()
  }
}

/**
 * The one answer that holds a password; where nobody waits for it any more, it is not even put
 * together.
 */
function passwordAnswer<O extends Operator>(
  parts: HandlerParts<O>,
  { exchange, operator }: ResetTarget<O>,
  result: ResetSuccess,
): Answer {
  const { resetId, user, temporaryPassword } = result
  const lost = (): void => {
    auditUndelivered(parts.config, { resetId, operator, user })
      .then(() => parts.config.onUndelivered?.({ resetId, operator, userId: user.id }))
      .catch((error: unknown) => parts.report('on_undelivered', error))
  }
  try {
    if (!exchange.signal.aborted)
      return answerOf(200, { 'Content-Type': 'application/json' }, resetBody(result), lost)
  } catch (error) {
    // A property of the store's account throws when it is read.
    parts.report('request', error)
  } finally {
    temporaryPassword.dispose()
  }
  lost()
  return undelivered(resetId)
}
