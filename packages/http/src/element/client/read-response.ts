import type { MustChange, Survivor } from '@force-reset/core'
import { visibleSentence } from '@force-reset/core'
import type { WireReceipt, WireReset, WireUser } from '../../wire/wire.ts'
import { english } from '../words/english.ts'
import type { ReasonNamed, Trouble, TroubleReason, UnknownName } from '../words/trouble.ts'
import type { Fields } from './json-fields.ts'
import { fieldsOf, isFields, isNumber, isText, listOf, textsOf } from './json-fields.ts'

/** The part of an account that the element works with. */
type Account = Pick<
  WireUser,
  'id' | 'username' | 'email' | 'displayName' | 'version' | 'place' | 'facts'
>

/** The name of a thing that outlives the old password; a newer server may use a new name. */
export type NamedSurvivor = Survivor | UnknownName

/** An account, and what a reset of it would do. */
export interface AccountView {
  readonly user: Account
  readonly reset:
    | {
        readonly allowed: true
        readonly survives: readonly NamedSurvivor[]
        /** How the caller can be identified, where the handler asks for that: as it came. */
        readonly verification?: unknown
      }
    | { readonly allowed: false; readonly refusal: Trouble }
  /** When the resets without a known outcome were attempted. Oldest first. */
  readonly openResets: readonly Date[]
  readonly insecureTransport: boolean
}

/** What a reset did. */
export type Receipt = Omit<WireReceipt, 'survives'> & {
  readonly survives: readonly NamedSurvivor[]
}

/** The response to a reset, without the password. */
export interface ResetFacts {
  readonly resetId: WireReset['resetId']
  readonly user: Account
  readonly receipt: Receipt
}

/** An account, or `undefined` for any other JSON: a sign-in page, another program. */
export function readView(json: unknown): AccountView | undefined {
  const { user: sentUser, reset: sentReset, openResets, insecureTransport } = fieldsOf(json)
  const user = readAccount(sentUser)
  const reset = readPreview(sentReset)
  return (
    user &&
    reset && {
      user,
      reset,
      openResets: listOf(openResets)
        .map(({ attemptedAt }) => new Date(isText(attemptedAt) ? attemptedAt : Number.NaN))
        .filter((moment) => !Number.isNaN(moment.getTime())),
      insecureTransport: insecureTransport === true,
    }
  )
}

/**
 * What was found out about each reset without a known outcome: its closing, or why it stays open.
 * `undefined` for any other JSON.
 */
export function readChecked(json: unknown): readonly string[] | undefined {
  const { resets } = fieldsOf(json)
  if (!Array.isArray(resets)) return undefined
  return listOf(resets).flatMap(({ closing, why }) =>
    [closing === 'still_open' ? why : closing].filter(isText),
  )
}

/**
 * What a reset did, field by field: nothing else of the response goes into an event. By now the
 * password is valid and has to be shown. So a malformed field of the receipt becomes the least that
 * a receipt can claim.
 */
export function readReset(json: unknown): ResetFacts | undefined {
  const { resetId, user: sentUser, receipt } = fieldsOf(json)
  const user = readAccount(sentUser)
  if (!isText(resetId) || user === undefined || !isFields(receipt)) return undefined
  const { mustChange, expiresAt, unlocked, sessionsRevoked, endpoint } = receipt
  return {
    resetId,
    user,
    receipt: {
      mustChange: isNameIn<MustChange>(english.mustChange, mustChange) ? mustChange : 'off',
      expiresAt: isText(expiresAt) && !Number.isNaN(Date.parse(expiresAt)) ? expiresAt : null,
      unlocked: unlocked === true,
      sessionsRevoked: isNumber(sessionsRevoked) ? sessionsRevoked : null,
      endpoint: isText(endpoint) ? endpoint : '',
      survives: textsOf(receipt['survives']),
      unreadRules: textsOf(receipt['unreadRules']),
      auditComplete: receipt['auditComplete'] === true,
    },
  }
}

/**
 * A problem (RFC 9457) of the handler, or the refusal in a preview; `undefined` for any other JSON.
 */
export function readTrouble(json: unknown): Trouble | undefined {
  const { code, detail, parameters, resetId } = fieldsOf(json)
  if (!isText(code) || !isText(detail)) return undefined
  const shown = fieldsOf(visible(fieldsOf(parameters)))
  const { retryAfterSeconds } = shown
  return {
    code: visibleSentence(code),
    detail: visibleSentence(detail),
    reason: readReason(shown),
    parameters: shown,
    retryAfterSeconds: isNumber(retryAfterSeconds) ? retryAfterSeconds : undefined,
    resetId: isText(resetId) ? resetId : undefined,
  }
}

function readAccount(json: unknown): Account | undefined {
  const { id, username, version, email, displayName, place, facts } = fieldsOf(json)
  if (!isText(id) || !isText(username) || !isText(version)) return undefined
  return {
    id,
    username,
    version,
    email: isText(email) ? email : undefined,
    displayName: isText(displayName) ? displayName : undefined,
    place: isText(place) ? place : undefined,
    facts: Array.isArray(facts)
      ? facts.flatMap((fact) => {
          const { name, value } = fieldsOf(fact)
          return isText(name) && isText(value) ? [{ name, value }] : []
        })
      : undefined,
  }
}

function readPreview(json: unknown): AccountView['reset'] | undefined {
  const { allowed, survives, verification } = fieldsOf(json)
  if (allowed === true && Array.isArray(survives))
    return { allowed, survives: textsOf(survives), verification }
  const refusal = allowed === false ? readTrouble(json) : undefined
  return refusal && { allowed: false, refusal }
}

/** One reader for each reason: `undefined` for fields that do not belong to the reason. */
const reasonReaders: {
  readonly [Name in TroubleReason['reason']]: (fields: Fields) => ReasonNamed<Name> | undefined
} = {
  field: ({ field, problem, limit }) =>
    isText(field) && isNameIn(english.fieldProblems, problem)
      ? { reason: 'field', field, problem, limit: isNumber(limit) ? limit : undefined }
      : undefined,
  status: ({ status }) =>
    isNameIn(english.statuses, status) ? { reason: 'status', status } : undefined,
  rule: named('rule'),
  denied: named('denied'),
  // An administrator's matter: the parameters are shown as they came.
  callback_failed: () => undefined,
  stale_version: named('stale_version'),
  foreign_version: ({ keyLabel }) =>
    isText(keyLabel) ? { reason: 'foreign_version', keyLabel } : undefined,
  changed_during_write: named('changed_during_write'),
  // JSON has no infinity: no bits at all come as null.
  rules: ({ bits, leastBits }) =>
    isNumber(leastBits)
      ? { reason: 'rules', bits: isNumber(bits) ? bits : 0, leastBits }
      : undefined,
  audit_timeout: ({ limitMs }) =>
    isNumber(limitMs) ? { reason: 'audit_timeout', limitMs } : undefined,
  verification: () => undefined,
  store: ({ key, parameters, cause }) =>
    isText(key)
      ? { reason: 'store', key, parameters: plainFields(parameters), cause: plainFields(cause) }
      : undefined,
}

/** The reader of a reason that has no fields. */
function named<Name extends string>(reason: Name): () => { readonly reason: Name } {
  return () => ({ reason })
}

/** The exact reason; `undefined` for a reason that this version does not know. */
function readReason(fields: Fields): TroubleReason | undefined {
  const { reason } = fields
  return isNameIn(reasonReaders, reason) ? reasonReaders[reason](fields) : undefined
}

/** The fields that hold a text or a number. */
function plainFields(value: unknown): Readonly<Record<string, string | number>> {
  const fields: Record<string, string | number> = {}
  for (const [name, field] of Object.entries(fieldsOf(value)))
    if (isText(field) || isNumber(field)) fields[name] = field
  return fields
}

/**
 * The same value, in which every text can be shown, and the names of fields too. The server has
 * escaped the names that stand in its sentences.
 */
function visible(value: unknown): unknown {
  if (isText(value)) return visibleSentence(value)
  if (!isFields(value) || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [visibleSentence(name), visible(field)]),
  )
}

/** Whether a text is one of the names of a table that has all of them. */
function isNameIn<Name extends string>(
  table: Readonly<Record<Name, unknown>>,
  value: unknown,
): value is Name {
  return isText(value) && Object.hasOwn(table, value)
}
