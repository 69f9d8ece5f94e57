import { escaped, timeBy } from '../reset/audit.ts'
import { isOwnAccount } from '../reset/check-eligible.ts'
import { checkField, checkOptionalField, malformed } from '../reset/check-field.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import { lookUp } from '../reset/find-target.ts'
import type { StepFailure } from '../reset/step-failure.ts'
import { callbackFailed } from '../reset/step-failure.ts'
import { queryFailure } from '../reset/view-user.ts'
import { identifiedByProof, judgeProofs, seenStanding, untilOf } from './judge.ts'
import { askApplication } from './parts/ask-application.ts'
import { codeOf, isSameText } from './parts/keys.ts'
import type {
  ApplicationOptions,
  InPersonOptions,
  SecondPersonOptions,
  VerificationMethod,
} from './parts/methods.ts'
import type { Proof } from './parts/proof.ts'
import { isSeenDocument, proofText, seenDocuments } from './parts/proof.ts'
import type { Answered, AnswerRequest, AnswerResult } from './parts/requests.ts'
import type { StartedRecord } from './parts/started.ts'
import {
  placeOfConfirmation,
  placeOfStart,
  placeOfVouched,
  readStarted,
  vouchFields,
} from './parts/started.ts'
import { notIdentified } from './parts/words.ts'
import type { Session } from './session.ts'
import { accountOf, forOperator, record } from './session.ts'
import { mayVouch, sentCodeFields, usableMethod } from './start.ts'

/** Wrong answers of an operator for an account within a window, and of all operators. */
const mostAnswers = 5
const mostAnswersOfAll = 20
/** The window, in seconds. */
const answersSeconds = 900
/** How long the memory keeps that a start has served, in seconds: longer than any start works. */
const usedSeconds = 3_600
const longestName = 64
const longestAnswer = 200
const longestId = 256

/** One answer: who gave it, and for which method. */
interface Answering<O extends Operator> {
  readonly session: Session<O>
  readonly request: AnswerRequest<O>
  readonly method: VerificationMethod<O>
}

/** The caller was identified: what the proof says beside who asked and when. */
interface Passed
  extends Pick<
    Partial<Proof>,
    'destination' | 'destinationDigest' | 'secondPersonId' | 'document'
  > {
  readonly ok: true
  readonly verificationId: string
}

/**
 * Checks the answer of a caller, or records what the operator saw, and makes a proof for the reset.
 * The proof is good for this operator and this account alone, as the account is now.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const answer = { operator, userId: '42', method: 'sent_code', answer: '4829 1306' }
 * const answered = await answerVerification(config, answer)
 * if (answered.ok) await forceReset(config, { ...asked, proofs: [answered.proof] })
 */
export async function answerVerification<O extends Operator>(
  config: ForceResetConfig<O>,
  request: AnswerRequest<O>,
): Promise<AnswerResult> {
  const { method: name, destination, answer, witnessId }: AnswerRequest<O> = Object(request)
  const wrong =
    checkField('method', name, longestName) ??
    checkOptionalField('destination', destination, longestName) ??
    checkOptionalField('answer', answer, longestAnswer) ??
    checkOptionalField('witnessId', witnessId, longestId)
  if (wrong) return queryFailure(wrong)
  return forOperator(config, request, async (session) => {
    const usable = await usableMethod(session, name)
    if (!usable.ok) return usable
    const answering = { session, request, method: usable.method }
    const passed = await checked(answering)
    return passed.ok ? proofOf(answering, passed) : passed
  })
}

async function checked<O extends Operator>(answering: Answering<O>): Promise<Passed | StepFailure> {
  const { method } = answering
  switch (method.kind) {
    case 'in_person':
      return checkDocument(answering, method.options)
    case 'call_back':
      return checkCall(answering)
    case 'confirmed':
      return checkConfirmation(answering)
    case 'sent_code':
      return checkSentCode(answering)
    case 'second_person':
      return checkVouch(answering, method.options)
    case 'application':
      return checkByApplication(answering, method.options)
    default:
      return method satisfies never
  }
}

/** Stores that the caller was identified, and makes the proof. */
async function proofOf<O extends Operator>(
  { session, request, method }: Answering<O>,
  passed: Passed,
): Promise<Answered | StepFailure> {
  const { config, keys, scope, target } = session
  // The answer may have taken a while.
  const now = timeBy(config)
  if (!now) return callbackFailed('verification_required', 'now')
  const proof: Proof = {
    id: crypto.randomUUID(),
    scope,
    store: target.store.name,
    operatorId: target.operator.id,
    userId: target.user.id,
    version: target.user.version,
    status: target.user.status,
    method: method.name,
    standing: method.standing,
    verificationId: passed.verificationId,
    destination: passed.destination,
    destinationDigest: passed.destinationDigest,
    secondPersonId: passed.secondPersonId,
    document: passed.document,
    atMs: now.getTime(),
  }
  const unaudited = await record(session, request, passed.verificationId, {
    type: 'verification.passed',
    method: method.name,
    standing: method.standing,
    destination: passed.destination,
    secondPersonId: escaped(passed.secondPersonId),
    document: passed.document,
  })
  if (unaudited) return unaudited
  const text = await proofText(keys, proof)
  const others: unknown = request.proofs
  const all = [text, ...(Array.isArray(others) ? others : [])]
  const judged = await judgeProofs({ ...session, now }, all)
  return {
    ok: true,
    proof: text,
    identified: identifiedByProof(proof),
    until: untilOf(session, proof),
    suffices: judged.ok,
  }
}

async function checkDocument<O extends Operator>(
  { request: { document } }: Answering<O>,
  { documents = seenDocuments }: InPersonOptions,
): Promise<Passed | StepFailure> {
  if (document === undefined) return malformed('document', 'missing')
  if (!isSeenDocument(document) || !documents.includes(document))
    return malformed('document', 'malformed')
  return { ok: true, verificationId: crypto.randomUUID(), document }
}

/** What was started in this way, for the account as it is now. */
async function startedOf<O extends Operator>(
  { session, method }: Answering<O>,
  destination?: string,
): Promise<{ readonly ok: true; readonly started: StartedRecord } | StepFailure> {
  const { memory, target } = session
  const place = placeOfStart(accountOf(session), target.operator.id, method.name, destination)
  const kept = await memory.kept(place)
  if (!kept) return notIdentified('not_started')
  const started = readStarted(kept)
  const standing = await seenStanding(session, started.version)
  return standing?.seen === 'present' ? { ok: true, started } : notIdentified('account_changed')
}

/** One start serves once. Of several answers at once, one goes on. */
async function used<O extends Operator>(
  { session }: Answering<O>,
  { verificationId }: StartedRecord,
): Promise<StepFailure | undefined> {
  const isFirst = await session.memory.once(['start used', verificationId], usedSeconds)
  return isFirst ? undefined : notIdentified('code_used')
}

async function checkCall<O extends Operator>(
  answering: Answering<O>,
): Promise<Passed | StepFailure> {
  const { destination, witnessId } = answering.request
  if (!destination) return malformed('destination', 'missing')
  const begun = await startedOf(answering, destination)
  if (!begun.ok) return begun
  const { started } = begun
  const witness = witnessId ? await witnessOf(answering, started, witnessId) : undefined
  if (witness) return witness
  const failure = await used(answering, started)
  return failure ?? { ...started, ok: true, secondPersonId: witnessId || started.voucherId }
}

/** Why this person cannot be the one who saw the caller; `undefined` for one who can. */
async function witnessOf<O extends Operator>(
  { session, request: { correlationId, source, signal } }: Answering<O>,
  { of }: StartedRecord,
  witnessId: string,
): Promise<StepFailure | undefined> {
  const { config, target } = session
  const { operator, user } = target
  // At a number of the person, the person answers.
  if (of !== 'place') return malformed('witnessId', 'malformed')
  const trace = { correlationId, source, signal }
  const question = { action: 'view', operator, userId: witnessId, ...trace } as const
  const witness = await lookUp(config, question)
  if (!witness.ok) return malformed('witnessId', 'malformed')
  const isOwn = witness.user.id === user.id || isOwnAccount(config, operator, witness.user)
  return isOwn ? notIdentified('own_vouch') : undefined
}

async function checkConfirmation<O extends Operator>(
  answering: Answering<O>,
): Promise<Passed | StepFailure> {
  const begun = await startedOf(answering)
  if (!begun.ok) return begun
  const { started } = begun
  const place = placeOfConfirmation(started.verificationId)
  const answer = (await answering.session.memory.kept(place))?.['answer']
  if (answer === 'denied') return notIdentified('denied')
  if (answer !== 'confirmed') return notIdentified('not_confirmed')
  const failure = await used(answering, started)
  return failure ?? { ...started, ok: true }
}

/** The code of an answer, and the start that the code belongs to. */
async function codeGiven<O extends Operator>(answering: Answering<O>) {
  const code = digitsIn(answering.request.answer)
  if (typeof code !== 'string') return code
  const begun = await startedOf(answering)
  return begun.ok ? { ...begun, code } : begun
}

async function checkSentCode<O extends Operator>(
  answering: Answering<O>,
): Promise<Passed | StepFailure> {
  const { session } = answering
  const given = await codeGiven(answering)
  if (!given.ok) return given
  const { code, started } = given
  const failure = await guess(answering, started.verificationId, async () => {
    const key = session.keys.find(({ label }) => label === started.keyLabel)
    const fields = sentCodeFields(session, started.verificationId)
    return key !== undefined && isSameText(code, await codeOf(key, 'sent code', fields))
  })
  return failure ?? (await used(answering, started)) ?? { ...started, ok: true }
}

async function checkVouch<O extends Operator>(
  answering: Answering<O>,
  options: SecondPersonOptions<O>,
): Promise<Passed | StepFailure> {
  const { session } = answering
  const given = await codeGiven(answering)
  if (!given.ok) return given
  const { code, started } = given
  const { voucherId = '', verificationId } = started
  const failure = await guess(answering, verificationId, async () => {
    const vouched = await session.memory.kept(placeOfVouched(verificationId))
    const key = session.keys.find(({ label }) => label === started.keyLabel)
    if (!vouched || !key) return false
    const [scope, store, userId] = accountOf(session)
    const operatorId = session.target.operator.id
    const asked = { store, userId, operatorId, verificationId }
    const fields = vouchFields(scope, asked, voucherId, Number(vouched['minute']))
    return isSameText(code, await codeOf(key, 'vouch code', fields))
  })
  if (failure) return failure
  if (!(await mayVouch(session, options, voucherId))) return notIdentified('may_not_vouch')
  const spent = await used(answering, started)
  return spent ?? { ok: true, verificationId, secondPersonId: voucherId }
}

async function checkByApplication<O extends Operator>(
  answering: Answering<O>,
  { verify }: ApplicationOptions<O>,
): Promise<Passed | StepFailure> {
  const { session, request } = answering
  const { operator, user } = session.target
  const answer = request.answer ?? ''
  if (answer === '') return malformed('answer', 'missing')
  const verificationId = crypto.randomUUID()
  const failure = await guess(answering, verificationId, async () => {
    const said: unknown = await askApplication(session.config, 'verify', async (signal) =>
      verify({ operator, user: { ...user }, answer, signal }),
    )
    return said === true
  })
  return failure ?? { ok: true, verificationId }
}

/** The eight digits of a code, or why the answer is none. Other text counts as no guess. */
function digitsIn(answer: string | undefined): string | StepFailure {
  const digits = String(answer ?? '').replace(/[\s-]/g, '')
  if (digits === '') return malformed('answer', 'missing')
  return /^\d{8}$/.test(digits) ? digits : malformed('answer', 'malformed')
}

/**
 * Checks a guess. Each guess is counted before it is checked, so that many at once are no more
 * than many in a row. `undefined`: the guess is right.
 */
async function guess<O extends Operator>(
  { session, request, method }: Answering<O>,
  verificationId: string,
  isRight: () => Promise<boolean>,
): Promise<StepFailure | undefined> {
  const { memory, target } = session
  const failed = (why: 'wrong_answer' | 'too_many_answers') =>
    record(session, request, verificationId, {
      type: 'verification.failed',
      why,
      method: method.name,
    })
  const tooMany = (endsInSeconds: number) =>
    notIdentified('too_many_answers', { seconds: Math.ceil(endsInSeconds) })
  const place = ['answers', ...accountOf(session), method.name]
  const own = await memory.count([...place, 'of', target.operator.id], answersSeconds)
  if (own.count > mostAnswers) {
    // One event for each window.
    if (own.count === mostAnswers + 1) await failed('too_many_answers')
    return tooMany(own.endsInSeconds)
  }
  const all = await memory.count(place, answersSeconds)
  if (all.count > mostAnswersOfAll) {
    if (all.count === mostAnswersOfAll + 1) await failed('too_many_answers')
    return tooMany(all.endsInSeconds)
  }
  if (await isRight()) return undefined
  const unaudited = await failed('wrong_answer')
  if (unaudited) return unaudited
  const triesLeft = Math.min(mostAnswers - own.count, mostAnswersOfAll - all.count)
  return triesLeft > 0
    ? notIdentified('wrong_answer', { triesLeft })
    : tooMany(own.count === mostAnswers ? own.endsInSeconds : all.endsInSeconds)
}
