import { keysOf } from '../port/secret.ts'
import { escaped, timeBy, writeAudit } from '../reset/audit.ts'
import { checkField, malformed } from '../reset/check-field.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import { isSameAccount } from '../reset/own-account.ts'
import type { StepFailure } from '../reset/step-failure.ts'
import { callbackFailed } from '../reset/step-failure.ts'
import type { QueryFailure } from '../reset/view-user.ts'
import { queryFailure } from '../reset/view-user.ts'
import { askApplication } from './parts/ask-application.ts'
import { codeOf } from './parts/keys.ts'
import { spacedCode } from './parts/messages.ts'
import { remembering } from './parts/remembered.ts'
import type {
  OpenVouch,
  Voucher,
  VouchesRequest,
  VouchesResult,
  VouchRequest,
  VouchResult,
} from './parts/requests.ts'
import type { VouchRecord } from './parts/started.ts'
import {
  placeOfVouch,
  placeOfVouched,
  readVouch,
  vouchFields,
  vouchSlots,
} from './parts/started.ts'
import { notIdentified } from './parts/words.ts'
import type { Parts } from './session.ts'
import { partsOf } from './session.ts'

/** Longest id of a voucher, in characters. */
const longestId = 256
const minuteMs = 60_000

/** A voucher who is signed in, and the requests that name this voucher. */
interface Vouching<O extends Operator> {
  readonly ok: true
  readonly parts: Parts<O>
  readonly voucher: Voucher
  readonly scope: string
  readonly now: Date
  readonly asked: readonly VouchRecord[]
}

/**
 * Who is asked by whom to vouch for which account, for the page of a voucher. Latest first.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const page = await listVouches(config, { voucher: { id: session.userId } })
 * if (page.ok) for (const { user } of page.vouches) show(user.username)
 */
export async function listVouches<O extends Operator>(
  config: ForceResetConfig<O>,
  request: VouchesRequest,
): Promise<VouchesResult> {
  return answered(async () => {
    const vouching = await vouchingOf(config, request)
    return vouching.ok ? { ok: true, vouches: vouching.asked.map(openVouch) } : vouching
  })
}

/**
 * Vouches for a caller: stores the event, and then answers the code that the voucher reads out. A
 * second call answers the same code.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const vouched = await vouch(config, { voucher: { id: session.userId }, verificationId })
 * if (vouched.ok) show(vouched.code)
 */
export async function vouch<O extends Operator>(
  config: ForceResetConfig<O>,
  request: VouchRequest,
): Promise<VouchResult> {
  return answered(async () => {
    const vouching = await vouchingOf(config, request)
    if (!vouching.ok) return vouching
    const record = vouching.asked.find((one) => one.verificationId === request.verificationId)
    return record ? vouchFor(vouching, request, record) : notIdentified('not_started')
  })
}

async function answered<T extends { readonly ok: true }>(
  work: () => Promise<T | StepFailure>,
): Promise<T | QueryFailure> {
  const answer = await remembering(work)
  return answer.ok ? answer : queryFailure(answer)
}

async function vouchingOf<O extends Operator>(
  config: ForceResetConfig<O>,
  request: VouchesRequest,
): Promise<Vouching<O> | StepFailure> {
  const parts = partsOf(config)
  const { voucher, scope: given }: VouchesRequest = Object(request)
  const wrong = checkField('voucher.id', voucher?.id, longestId)
  if (wrong) return wrong
  // Where the store depends on the operator, an id alone names nobody. Elsewhere all share one.
  const scope = typeof config.store === 'function' ? given : ''
  if (scope === undefined) return malformed('scope', 'missing')
  if (typeof scope !== 'string') return malformed('scope', 'not_a_string')
  const now = timeBy(config)
  if (!now) return callbackFailed('verification_required', 'now')
  const places = vouchSlots.map((slot) => placeOfVouch(scope, voucher.id, slot))
  const kept = await Promise.all(places.map((place) => parts.memory.kept(place)))
  const asked = kept
    .flatMap((fields) => (fields ? [readVouch(fields)] : []))
    .filter(({ untilMs }) => untilMs > now.getTime())
    .sort((a, b) => b.askedMs - a.askedMs)
  return { ok: true, parts, voucher, scope, now, asked }
}

function openVouch(record: VouchRecord): OpenVouch {
  const { verificationId, operatorId, operatorName, username, displayName, place } = record
  return {
    verificationId,
    operator: { id: operatorId, name: operatorName },
    user: { username, displayName: displayName || undefined, place: place || undefined },
    askedAt: new Date(record.askedMs),
    until: new Date(record.untilMs),
  }
}

async function vouchFor<O extends Operator>(
  { parts, voucher, scope, now }: Vouching<O>,
  request: VouchRequest,
  record: VouchRecord,
): Promise<Extract<VouchResult, { readonly ok: true }> | StepFailure> {
  const { config, settings, memory } = parts
  if (isOwn(voucher, record)) return notIdentified('own_vouch')
  const method = settings.methods.find(({ kind }) => kind === 'second_person')
  if (method?.kind !== 'second_person') return notIdentified('method_unavailable')
  const { store, operatorId, userId, verificationId } = record
  const allowed: unknown = await askApplication(config, 'may_vouch', async (signal) =>
    method.options.mayVouch({ voucherId: voucher.id, userId, operatorId, store, scope, signal }),
  )
  if (allowed !== true) return notIdentified('may_not_vouch')
  const key = keysOf(config.secret).find(({ label }) => label === record.keyLabel)
  if (!key) return notIdentified('foreign_proof', { keyLabel: record.keyLabel })

  const place = placeOfVouched(verificationId)
  const before = await memory.kept(place)
  const minute = before ? Number(before['minute']) : Math.floor(now.getTime() / minuteMs)
  if (!before) {
    const unaudited = await writeAudit(
      config,
      {
        resetId: verificationId,
        request: { action: 'reset', operator: { id: operatorId }, userId, source: request.source },
        known: { store: { name: store }, user: { username: record.username } },
      },
      { type: 'verification.vouched', method: method.name, secondPersonId: escaped(voucher.id) },
    )
    if (unaudited) return unaudited
    await memory.keep(place, { minute }, Math.ceil((record.untilMs - now.getTime()) / 1_000))
  }
  const code = await codeOf(key, 'vouch code', vouchFields(scope, record, voucher.id, minute))
  return {
    ok: true,
    code: spacedCode(code),
    until: new Date(record.untilMs),
    vouch: openVouch(record),
  }
}

/** Whether the voucher is the operator, or the account itself. */
function isOwn(voucher: Voucher, record: VouchRecord): boolean {
  const operator = {
    id: record.operatorId,
    username: record.operatorUsername,
    email: record.operatorEmail,
  }
  const user = { id: record.userId, username: record.username, email: record.email }
  return isSameAccount(voucher, operator) || isSameAccount(voucher, user)
}
