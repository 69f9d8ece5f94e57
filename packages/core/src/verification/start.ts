import type { User } from '../port/user.ts'
import { escaped } from '../reset/audit.ts'
import { checkField, checkOptionalField } from '../reset/check-field.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import { isSameAccount } from '../reset/own-account.ts'
import type { StepFailure } from '../reset/step-failure.ts'
import { queryFailure } from '../reset/view-user.ts'
import { boundedText } from '../text/visible-text.ts'
import { askApplication } from './parts/ask-application.ts'
import type { CheckedDestination } from './parts/destinations.ts'
import { destinationsOf, maskedName } from './parts/destinations.ts'
import { codeOf, digestOf, signed } from './parts/keys.ts'
import { codeMessage, confirmationMessage, nameOf } from './parts/messages.ts'
import type {
  ConfirmedOptions,
  FindDestinations,
  SecondPersonOptions,
  SentCodeOptions,
  VerificationMethod,
} from './parts/methods.ts'
import type { Started, StartRequest, StartResult } from './parts/requests.ts'
import type { StartedRecord, VouchRecord } from './parts/started.ts'
import { placeOfStart, placeOfVouch, vouchSlots } from './parts/started.ts'
import { notIdentified } from './parts/words.ts'
import { methodNamed, requiredSets } from './policy.ts'
import type { Session } from './session.ts'
import { accountOf, closedFailure, forOperator, record } from './session.ts'

/** How long a number that was shown may be rung, in seconds. */
const callBackSeconds = 900
/** How long a code or a question works, in seconds. */
const codeSeconds = 300
/** How long a voucher may take, in seconds. */
const vouchSeconds = 600
const hourSeconds = 3_600
/** Messages for an account within an hour. */
const mostMessages = 3
/** Requests to vouch for an account within an hour. */
const mostVouchRequests = 10
const daySeconds = 86_400
/** Longest names and ids that the memory keeps for a voucher, in characters. */
const longestName = 64
const longestId = 256

/** One beginning: who asked, and with which method. */
interface Beginning<O extends Operator, Method = VerificationMethod<O>> {
  readonly session: Session<O>
  readonly request: StartRequest<O>
  readonly method: Method
  readonly verificationId: string
}

/**
 * Begins to identify the caller of a reset: shows a number, sends a code or a question, or asks a
 * voucher. The account is found and authorized as for a reset.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const asked = { operator, userId: '42', method: 'call_back', destination: 'mobile' }
 * const started = await startVerification(config, asked)
 * if (started.ok) show(started.number ?? '')
 */
export async function startVerification<O extends Operator>(
  config: ForceResetConfig<O>,
  request: StartRequest<O>,
): Promise<StartResult> {
  const { method: name, destination, voucherId }: StartRequest<O> = Object(request)
  const malformed =
    checkField('method', name, longestName) ??
    checkOptionalField('destination', destination, longestName) ??
    checkOptionalField('voucherId', voucherId, longestId)
  if (malformed) return queryFailure(malformed)
  return forOperator(config, request, async (session) => {
    const method = await usableMethod(session, name)
    return method.ok
      ? begin({ session, request, method: method.method, verificationId: crypto.randomUUID() })
      : method
  })
}

/** The method, where the policy asks for it and the account is open. */
export async function usableMethod<O extends Operator>(
  session: Session<O>,
  name: string,
): Promise<{ readonly ok: true; readonly method: VerificationMethod<O> } | StepFailure> {
  const closed = await closedFailure(session)
  if (closed) return closed
  const required = await requiredSets(session)
  if (!required) return notIdentified('no_policy')
  const method = methodNamed(session.settings.methods, name)
  return method && required.sets.some((set) => set.includes(name))
    ? { ok: true, method }
    : notIdentified('method_unavailable')
}

async function begin<O extends Operator>(beginning: Beginning<O>): Promise<Started | StepFailure> {
  const { method } = beginning
  switch (method.kind) {
    case 'call_back':
      return showNumber(beginning, method.options.numbers)
    case 'sent_code':
      return sendCode(beginning, method.options)
    case 'confirmed':
      return sendQuestion(beginning, method.options)
    case 'second_person':
      return askVoucher(beginning, method.options)
    case 'in_person':
    case 'application':
      return notIdentified('method_unavailable')
    default:
      return method satisfies never
  }
}

/** The destination that the operator chose, if it is open. */
async function chosenDestination<O extends Operator>(
  { session, request }: Beginning<O>,
  find: FindDestinations<O>,
): Promise<{ readonly ok: true; readonly chosen: CheckedDestination } | StepFailure> {
  const { config, target, now } = session
  const found = await destinationsOf(config, find, target, now)
  if (!found) return notIdentified('method_unavailable')
  const chosen = found.find(({ name }) => name === request.destination)
  if (!chosen) return notIdentified('destination_unknown')
  if (chosen.closed) return notIdentified('destination_changed')
  const { voucherId } = chosen
  const isOwn = voucherId !== undefined && isOwnVouch(session, voucherId)
  return isOwn ? notIdentified('own_vouch') : { ok: true, chosen }
}

/** Stores that the operator began, and keeps what the answer is checked against. */
async function keepStart<O extends Operator>(
  { session, request, method, verificationId }: Beginning<O>,
  seconds: number,
  chosen?: CheckedDestination,
  voucherId = chosen?.voucherId,
): Promise<Started | StepFailure> {
  const { memory, target, keys, now } = session
  const destination = chosen && maskedName(chosen)
  const unaudited = await record(session, request, verificationId, {
    type: 'verification.started',
    method: method.name,
    destination,
    secondPersonId: escaped(voucherId),
  })
  if (unaudited) return unaudited
  const started: StartedRecord = {
    verificationId,
    version: target.user.version,
    keyLabel: keys[0].label,
    destination,
    destinationDigest: chosen && (await digestOf([chosen.address])),
    of: chosen?.of,
    voucherId,
  }
  // Each number that is shown is remembered. A new code ends the one before.
  const own = method.kind === 'call_back' ? chosen?.name : ''
  const place = placeOfStart(accountOf(session), target.operator.id, method.name, own)
  await memory.keep(place, started, seconds)
  return {
    ok: true,
    verificationId,
    method: method.name,
    startedAt: now,
    until: new Date(now.getTime() + seconds * 1_000),
    destination,
  }
}

async function showNumber<O extends Operator>(
  beginning: Beginning<O>,
  find: FindDestinations<O>,
): Promise<Started | StepFailure> {
  const destination = await chosenDestination(beginning, find)
  if (!destination.ok) return destination
  const { chosen } = destination
  const started = await keepStart(beginning, callBackSeconds, chosen)
  return started.ok ? { ...started, number: chosen.address } : started
}

async function sendCode<O extends Operator>(
  beginning: Beginning<O>,
  options: SentCodeOptions<O>,
): Promise<Started | StepFailure> {
  const { session, verificationId } = beginning
  const { config, settings, keys, target } = session
  const destination = await chosenDestination(beginning, options.destinations)
  if (!destination.ok) return destination
  const tooMany = await countStart(beginning, 'messages', mostMessages)
  if (tooMany) return tooMany
  const { chosen } = destination
  const started = await keepStart(beginning, codeSeconds, chosen)
  if (!started.ok) return started
  const code = await codeOf(keys[0], 'sent code', sentCodeFields(session, verificationId))
  const text = codeMessage(options, code, nameOf(config, settings, target.operator))
  return sent(beginning, started, (signal) =>
    options.deliver({
      kind: 'code',
      user: { ...target.user },
      destination: { ...chosen.given },
      text,
      signal,
    }),
  )
}

/** The fields that a sent code follows from. */
export function sentCodeFields<O extends Operator>(
  session: Session<O>,
  verificationId: string,
): readonly string[] {
  return [...accountOf(session), session.target.operator.id, verificationId]
}

async function sendQuestion<O extends Operator>(
  beginning: Beginning<O>,
  options: ConfirmedOptions,
): Promise<Started | StepFailure> {
  const { session, verificationId, method } = beginning
  const { config, settings, keys, target, now } = session
  const tooMany = await countStart(beginning, 'messages', mostMessages)
  if (tooMany) return tooMany
  const started = await keepStart(beginning, codeSeconds)
  if (!started.ok) return started
  const token = await signed(keys, 'confirmation', [
    verificationId,
    ...accountOf(session),
    target.operator.id,
    method.name,
    now.getTime(),
    started.until.getTime(),
  ])
  const text = confirmationMessage(options, nameOf(config, settings, target.operator))
  const { until } = started
  return sent(beginning, started, (signal) =>
    options.ask({ kind: 'confirmation', user: { ...target.user }, text, token, until, signal }),
  )
}

/** Hands a message over for delivery, and stores what became of it. */
async function sent<O extends Operator>(
  { session, request, method, verificationId }: Beginning<O>,
  started: Started,
  deliver: (signal: AbortSignal) => unknown,
): Promise<Started | StepFailure> {
  const via = { method: method.name, destination: started.destination }
  const isSent = await askApplication(session.config, 'deliver', async (signal) => {
    await deliver(signal)
    return true
  })
  if (isSent) {
    // The message is on its way. A trail that fails now has told `onError`.
    await record(session, request, verificationId, { type: 'verification.sent', ...via })
    return started
  }
  const failed = { type: 'verification.failed', why: 'not_sent', ...via } as const
  return (await record(session, request, verificationId, failed)) ?? notIdentified('not_sent')
}

/** Counts a beginning of an account. Answers the failure where there were too many. */
async function countStart<O extends Operator>(
  { session, request, method, verificationId }: Beginning<O>,
  kind: string,
  most: number,
): Promise<StepFailure | undefined> {
  const counted = await session.memory.count([kind, ...accountOf(session)], hourSeconds)
  const { count, endsInSeconds } = counted
  if (count <= most) return undefined
  // One event for each window.
  const failed = {
    type: 'verification.failed',
    why: 'too_many_starts',
    method: method.name,
  } as const
  if (count === most + 1) await record(session, request, verificationId, failed)
  return notIdentified('too_many_starts', { seconds: Math.ceil(endsInSeconds) })
}

async function askVoucher<O extends Operator>(
  beginning: Beginning<O>,
  options: SecondPersonOptions<O>,
): Promise<Started | StepFailure> {
  const { session, request } = beginning
  const { config, settings, memory, keys, scope, target, now } = session
  const { operator, user } = target
  const voucherId = request.voucherId ?? ''
  const missing = checkField('voucherId', voucherId, longestId)
  if (missing) return missing
  if (isOwnVouch(session, voucherId)) return notIdentified('own_vouch')
  if (!(await mayVouch(session, options, voucherId))) return notIdentified('may_not_vouch')
  // The memory keeps both ids whole for the page of vouchers.
  if (operator.id.length > longestId || user.id.length > longestId)
    return notIdentified('method_unavailable')
  const tooMany = await countStart(beginning, 'vouch requests', mostVouchRequests)
  if (tooMany) return tooMany
  const started = await keepStart(beginning, vouchSeconds, undefined, voucherId)
  if (!started.ok) return started
  const asked: VouchRecord = {
    verificationId: beginning.verificationId,
    keyLabel: keys[0].label,
    store: target.store.name,
    operatorId: operator.id,
    operatorUsername: short(operator.username),
    operatorEmail: short(operator.email),
    operatorName: nameOf(config, settings, operator),
    userId: user.id,
    ...shownOf(user),
    askedMs: now.getTime(),
    untilMs: started.until.getTime(),
  }
  const { count } = await memory.count(['vouch requests of', scope, voucherId], daySeconds)
  const slot = (count - 1) % vouchSlots.length
  await memory.keep(placeOfVouch(scope, voucherId, slot), asked, vouchSeconds)
  return started
}

function shownOf(user: User): Pick<VouchRecord, 'username' | 'email' | 'displayName' | 'place'> {
  return {
    username: short(user.username),
    email: short(user.email),
    displayName: short(user.displayName),
    place: short(user.place),
  }
}

function short(text: string | undefined): string {
  return boundedText(text ?? '', longestName)
}

/** Whether the voucher would be the operator, or the account itself. */
function isOwnVouch<O extends Operator>({ target }: Session<O>, voucherId: string): boolean {
  const voucher = { id: voucherId }
  return isSameAccount(voucher, target.operator) || isSameAccount(voucher, target.user)
}

/** Whether the application lets this person vouch. Exactly `true` does. */
export async function mayVouch<O extends Operator>(
  { config, scope, target }: Pick<Session<O>, 'config' | 'scope' | 'target'>,
  options: Pick<SecondPersonOptions<O>, 'mayVouch'>,
  voucherId: string,
): Promise<boolean> {
  const asked = {
    voucherId,
    userId: target.user.id,
    operatorId: target.operator.id,
    store: target.store.name,
    scope,
  }
  const answer: unknown = await askApplication(config, 'may_vouch', async (signal) =>
    options.mayVouch({ ...asked, signal }),
  )
  return answer === true
}
