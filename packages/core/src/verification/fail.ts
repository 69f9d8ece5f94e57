import { checkOptionalField, malformed } from '../reset/check-field.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import { queryFailure } from '../reset/view-user.ts'
import { boundedText } from '../text/visible-text.ts'
import type { FailRequest, FailResult } from './parts/requests.ts'
import { isWhy } from './policy.ts'
import { accountOf, alert, forOperator, lately, record } from './session.ts'

const longestName = 64
/** Longest id of an operator in what the next operator sees, in characters. */
const longestId = 256

/**
 * Records that the caller could not be identified. Nothing is changed. The next operator sees that,
 * and the policy may ask for more.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * await failVerification(config, { operator, userId: '42', why: 'somebody_else' })
 */
export async function failVerification<O extends Operator>(
  config: ForceResetConfig<O>,
  request: FailRequest<O>,
): Promise<FailResult> {
  const { why, method }: FailRequest<O> = Object(request)
  const wrong =
    (isWhy(why) ? undefined : malformed('why', why === undefined ? 'missing' : 'malformed')) ??
    checkOptionalField('method', method, longestName)
  if (wrong) return queryFailure(wrong)
  return forOperator(config, request, async (session) => {
    const { memory, settings, target, now } = session
    const account = accountOf(session)
    const isSuspicious = why === 'somebody_else'
    const known = settings.methods.find(({ name }) => name === method)?.name
    const unaudited = await record(
      session,
      request,
      crypto.randomUUID(),
      isSuspicious
        ? { type: 'verification.suspicious', method: known }
        : { type: 'verification.failed', why, method: known },
    )
    if (unaudited) return unaudited
    const operatorId = target.operator.id
    if (isSuspicious)
      await alert(session, { kind: 'suspicious', operatorId, userId: target.user.id, at: now })
    await memory.count(lately.notIdentified(account), lately.seconds)
    if (isSuspicious) await memory.count(lately.suspicious(account), lately.seconds)
    const last = { at: now.toISOString(), operatorId: boundedText(operatorId, longestId), why }
    await memory.keep(lately.last(account), last, lately.seconds)
    return { ok: true }
  })
}
