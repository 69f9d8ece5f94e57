import type {
  IdentifiedBy,
  NotIdentified,
  Operator,
  QueryFailure,
  SeenDocument,
} from '@force-reset/core'
import type { OpenVouch } from '@force-reset/core/verification'
import {
  answerVerification,
  failVerification,
  listVouches,
  startVerification,
  vouch,
} from '@force-reset/core/verification'
import { failureProblem } from '../wire/failure-problem.ts'
import type { HandlerResponse } from '../wire/handler-response.ts'
import { jsonResponse } from '../wire/handler-response.ts'
import type {
  WireAnswered,
  WireFailed,
  WireIdentified,
  WireStarted,
  WireVouch,
  WireVouchCode,
  WireVouches,
} from '../wire/wire-verification.ts'
import type { HandlerParts, SignedInRequest } from './handler-parts.ts'
import type { FieldKind, FieldsRead } from './json-body.ts'
import { readFields, readJsonBody, wrongField } from './json-body.ts'
import type { IdentifyRoute } from './route.ts'

/**
 * Responds to the routes by which a caller is identified. This file and the part of core behind it
 * are imported when the first such request comes: other consoles never load them.
 */
export async function verifyCaller<O extends Operator>(
  parts: HandlerParts<O>,
  signedIn: SignedInRequest<O>,
  route: IdentifyRoute,
): Promise<HandlerResponse> {
  switch (route.name) {
    case 'start':
      return start(parts, signedIn, route.userId)
    case 'answer':
      return answer(parts, signedIn, route.userId)
    case 'fail':
      return fail(parts, signedIn, route.userId)
    case 'vouches':
      return vouches(parts, signedIn)
    case 'vouch':
      return showCode(parts, signedIn)
    default:
      return route satisfies never
  }
}

/** Responds to `POST {base}/users/{id}/start-verification`. */
async function start<O extends Operator>(
  parts: HandlerParts<O>,
  signedIn: SignedInRequest<O>,
  userId: string,
): Promise<HandlerResponse> {
  const kinds = { method: 'text', destination: 'text', voucherId: 'text' } as const
  const read = await readBody(parts, signedIn, kinds)
  if (!read.ok) return read.response
  const { method, ...others } = read.fields
  if (method === undefined) return wrongField('method', 'missing').response
  const about = aboutAccount(signedIn, userId)
  const started = await startVerification(parts.config, { ...about, ...others, method })
  if (!started.ok) return refusal(parts, started)
  const body: WireStarted = {
    verificationId: started.verificationId,
    method: started.method,
    startedAt: started.startedAt.toISOString(),
    until: started.until.toISOString(),
    number: started.number,
    destination: started.destination,
  }
  return jsonResponse(body)
}

const documents = [
  'staff_badge',
  'official_document',
  'known_by_sight',
] as const satisfies SeenDocument[]

/** Responds to `POST {base}/users/{id}/answer-verification`. */
async function answer<O extends Operator>(
  parts: HandlerParts<O>,
  signedIn: SignedInRequest<O>,
  userId: string,
): Promise<HandlerResponse> {
  const read = await readBody(parts, signedIn, {
    method: 'text',
    destination: 'text',
    answer: 'text',
    document: documents,
    witnessId: 'text',
    proofs: 'texts',
  })
  if (!read.ok) return read.response
  const { method, ...others } = read.fields
  if (method === undefined) return wrongField('method', 'missing').response
  const about = aboutAccount(signedIn, userId)
  const answered = await answerVerification(parts.config, { ...about, ...others, method })
  if (!answered.ok) return refusal(parts, answered)
  const body: WireAnswered = {
    proof: answered.proof,
    identified: wireIdentified(answered.identified),
    until: answered.until.toISOString(),
    suffices: answered.suffices,
  }
  return jsonResponse(body)
}

const reasonsWhy = [
  'nobody_answered',
  'wrong_code',
  'gave_up',
  'somebody_else',
] as const satisfies NotIdentified[]

/** Responds to `POST {base}/users/{id}/fail-verification`. */
async function fail<O extends Operator>(
  parts: HandlerParts<O>,
  signedIn: SignedInRequest<O>,
  userId: string,
): Promise<HandlerResponse> {
  const read = await readBody(parts, signedIn, { why: reasonsWhy, method: 'text' })
  if (!read.ok) return read.response
  const { why, method } = read.fields
  if (why === undefined) return wrongField('why', 'missing').response
  const about = aboutAccount(signedIn, userId)
  const recorded = await failVerification(parts.config, { ...about, why, method })
  if (!recorded.ok) return refusal(parts, recorded)
  const body: WireFailed = { recorded: true }
  return jsonResponse(body)
}

/** Responds to `POST {base}/vouches`. */
async function vouches<O extends Operator>(
  parts: HandlerParts<O>,
  signedIn: SignedInRequest<O>,
): Promise<HandlerResponse> {
  const read = await readBody(parts, signedIn, {})
  if (!read.ok) return read.response
  const listed = await listVouches(parts.config, aboutVoucher(parts, signedIn))
  if (!listed.ok) return refusal(parts, listed)
  const body: WireVouches = { vouches: listed.vouches.map(wireVouch) }
  return jsonResponse(body)
}

/** Responds to `POST {base}/vouch`. */
async function showCode<O extends Operator>(
  parts: HandlerParts<O>,
  signedIn: SignedInRequest<O>,
): Promise<HandlerResponse> {
  const read = await readBody(parts, signedIn, { verificationId: 'text' })
  if (!read.ok) return read.response
  const { verificationId } = read.fields
  if (verificationId === undefined) return wrongField('verificationId', 'missing').response
  const asked = { ...aboutVoucher(parts, signedIn), verificationId }
  const vouched = await vouch(parts.config, asked)
  if (!vouched.ok) return refusal(parts, vouched)
  const body: WireVouchCode = {
    code: vouched.code,
    until: vouched.until.toISOString(),
    vouch: wireVouch(vouched.vouch),
  }
  return jsonResponse(body)
}

async function readBody<
  O extends Operator,
  const Kinds extends Readonly<Record<string, FieldKind>>,
>(
  { bodyLimitBytes }: HandlerParts<O>,
  { request }: SignedInRequest<O>,
  kinds: Kinds,
): Promise<FieldsRead<Kinds>> {
  const value = await readJsonBody(request, bodyLimitBytes)
  return value.ok ? readFields(value.json, kinds) : value
}

function aboutAccount<O extends Operator>(
  { request: { signal }, operator, trace }: SignedInRequest<O>,
  userId: string,
) {
  return { operator, userId, ...trace, signal }
}

/** The person who is signed in vouches, and need not be an operator. */
function aboutVoucher<O extends Operator>(
  { config }: HandlerParts<O>,
  { operator, trace: { source } }: SignedInRequest<O>,
) {
  const { id, username, email } = operator
  return { voucher: { id, username, email }, scope: config.scope?.(operator), source }
}

/** The refusal in core's words. A proof of an unknown key is told to the log. */
function refusal<O extends Operator>(
  { foreignKey }: HandlerParts<O>,
  failure: QueryFailure,
): HandlerResponse {
  const { detail } = failure
  const label =
    detail?.reason === 'verification' && detail.key === 'foreign_proof'
      ? detail.parameters?.['keyLabel']
      : undefined
  if (typeof label === 'string') foreignKey('proof', label)
  return failureProblem(failure)
}

function wireIdentified(by: IdentifiedBy): WireIdentified {
  return {
    verificationId: by.verificationId,
    method: by.method,
    standing: by.standing,
    at: by.at,
    destination: by.destination,
    secondPersonId: by.secondPersonId,
    document: by.document,
  } satisfies Record<keyof WireIdentified, unknown>
}

function wireVouch({ verificationId, operator, user, askedAt, until }: OpenVouch): WireVouch {
  return {
    verificationId,
    operator: { id: operator.id, name: operator.name },
    user: { username: user.username, displayName: user.displayName, place: user.place },
    askedAt: askedAt.toISOString(),
    until: until.toISOString(),
  }
}
