import type { WireReceipt, WireReset, WireUser, WireView } from '../../wire/wire.ts'
import type { Trouble, TroubleCode } from '../words/trouble.ts'

/** What a reset answered, without the password. */
export type ResetFacts = Omit<WireReset, 'temporaryPassword'>

type Fields = Readonly<Record<string, unknown>>

/** An account, or `undefined` for an answer that is not one: a sign-in page, another program. */
export function readView(json: unknown): WireView | undefined {
  const { user, reset, insecureTransport } = fieldsOf(json)
  const { allowed, survives, code, detail } = fieldsOf(reset)
  if (!isUser(user)) return undefined
  const insecure = insecureTransport === true ? ({ insecureTransport } as const) : {}
  if (allowed === true && Array.isArray(survives))
    return { user, reset: { allowed, survives }, ...insecure }
  if (allowed !== false || typeof code !== 'string' || typeof detail !== 'string') return undefined
  // A parsing boundary: the words of a code that this version does not know are in `detail`.
  return { user, reset: { allowed, code: code as never, detail }, ...insecure }
}

/** What a reset did, built field by field: nothing else of the answer goes into an event. */
export function readReset(json: unknown): ResetFacts | undefined {
  const { resetId, user, receipt } = fieldsOf(json)
  if (typeof resetId !== 'string' || !isUser(user) || !isReceipt(receipt)) return undefined
  const {
    mustChange,
    expiresAt,
    unlocked,
    sessionsRevoked,
    endpoint,
    survives,
    unreadRules,
    auditComplete,
  } = receipt
  return {
    resetId,
    user,
    receipt: {
      mustChange,
      expiresAt,
      unlocked,
      sessionsRevoked,
      endpoint,
      survives,
      unreadRules,
      auditComplete,
    },
  }
}

/** A problem (RFC 9457) of the handler, or `undefined` for any other answer. */
export function readProblem(json: unknown): Trouble | undefined {
  const { code, detail, parameters, resetId } = fieldsOf(json)
  if (typeof code !== 'string' || typeof detail !== 'string') return undefined
  const { retryAfterSeconds } = fieldsOf(parameters)
  return {
    code: code as TroubleCode,
    detail,
    parameters: fieldsOf(parameters),
    retryAfterSeconds: typeof retryAfterSeconds === 'number' ? retryAfterSeconds : undefined,
    resetId: typeof resetId === 'string' ? resetId : undefined,
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

function isUser(value: unknown): value is WireUser {
  const { id, username, version, email, displayName } = fieldsOf(value)
  const texts = [id, username, version, email ?? '', displayName ?? '']
  return texts.every((text) => typeof text === 'string')
}

function isReceipt(value: unknown): value is WireReceipt {
  const { mustChange, expiresAt, survives, unreadRules } = fieldsOf(value)
  const isDate =
    expiresAt === null || (typeof expiresAt === 'string' && !Number.isNaN(Date.parse(expiresAt)))
  return (
    typeof mustChange === 'string' &&
    isDate &&
    Array.isArray(survives) &&
    Array.isArray(unreadRules)
  )
}
