import { timeBy, writeAudit } from '../reset/audit.ts'
import { malformed } from '../reset/check-field.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import type { StepFailure } from '../reset/step-failure.ts'
import { callbackFailed } from '../reset/step-failure.ts'
import { queryFailure } from '../reset/view-user.ts'
import { verified } from './parts/keys.ts'
import { remembering } from './parts/remembered.ts'
import type { ConfirmationAnswer, ConfirmationResult } from './parts/requests.ts'
import { placeOfConfirmation } from './parts/started.ts'
import { notIdentified } from './parts/words.ts'
import { alert, close, lately, partsOf } from './session.ts'

/** How long after the question a denial is taken, in milliseconds. */
const denialMs = 3_600_000
/** How long the memory keeps an answer, in seconds. */
const answerSeconds = 3_600

/** The question that a token names. */
interface Asked {
  readonly verificationId: string
  readonly account: readonly [scope: string, store: string, userId: string]
  readonly operatorId: string
  readonly method: string
  readonly atMs: number
  readonly untilMs: number
}

/**
 * Takes the answer of a person on a device of their own. A denial closes verification of the
 * account for an hour, and counts also where the person had confirmed, or the question has ended.
 *
 * Call this function only for the person whom the question went to, signed in on that device.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * await answerConfirmation(config, { token: question.token, answer: 'denied' })
 */
export async function answerConfirmation<O extends Operator>(
  config: ForceResetConfig<O>,
  request: ConfirmationAnswer,
): Promise<ConfirmationResult> {
  const answered = await remembering(() => take(config, Object(request)))
  return answered.ok ? answered : queryFailure(answered)
}

async function take<O extends Operator>(
  config: ForceResetConfig<O>,
  request: ConfirmationAnswer,
): Promise<{ readonly ok: true } | StepFailure> {
  const parts = partsOf(config)
  const { token, answer } = request
  if (answer !== 'confirmed' && answer !== 'denied') return malformed('answer', 'malformed')
  const read = await verified(parts.keys, 'confirmation', token)
  if (read.is === 'foreign') return notIdentified('foreign_proof', { keyLabel: read.keyLabel })
  if (read.is === 'forged') return notIdentified('not_started')
  const asked = askedIn(read.fields)
  const now = timeBy(config)
  if (!now) return callbackFailed('verification_required', 'now')
  const { memory } = parts
  const place = placeOfConfirmation(asked.verificationId)
  if (answer === 'denied') {
    if (now.getTime() > asked.atMs + denialMs) return notIdentified('not_started')
    // First closed: nothing that fails below may leave the account open.
    await close(parts, asked.account)
    await memory.keep(place, { answer }, answerSeconds)
    return deniedOnce(config, request, asked, now)
  }
  if (now.getTime() > asked.untilMs) return notIdentified('not_started')
  if ((await memory.kept(place))?.['answer'] === 'denied') return notIdentified('denied')
  await memory.keep(place, { answer }, answerSeconds)
  return { ok: true }
}

/** Stores the event of a denial, once for each question, and tells the application. */
async function deniedOnce<O extends Operator>(
  config: ForceResetConfig<O>,
  { source }: ConfirmationAnswer,
  { verificationId, account, operatorId, method }: Asked,
  now: Date,
): Promise<{ readonly ok: true } | StepFailure> {
  const parts = partsOf(config)
  const [, store, userId] = account
  if (!(await parts.memory.once(['denied', verificationId], answerSeconds))) return { ok: true }
  const request = { action: 'reset', operator: { id: operatorId }, userId, source } as const
  const facts = { resetId: verificationId, request, known: { store: { name: store } } }
  const unaudited = await writeAudit(config, facts, { type: 'verification.denied', method })
  await alert(parts, { kind: 'denied', operatorId, userId, at: now })
  await parts.memory.count(lately.suspicious(account), lately.seconds)
  return unaudited ?? { ok: true }
}

/** The signature makes sure that these are the fields of a start. */
function askedIn(fields: readonly unknown[]): Asked {
  const [verificationId, scope, store, userId, operatorId, method, atMs, untilMs] = fields
  return {
    verificationId: String(verificationId),
    account: [String(scope), String(store), String(userId)],
    operatorId: String(operatorId),
    method: String(method),
    atMs: Number(atMs),
    untilMs: Number(untilMs),
  }
}
