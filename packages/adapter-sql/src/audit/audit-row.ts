import { randomUUID } from 'node:crypto'
import {
  type AuditEvent,
  type AuditedReceipt,
  ForceResetError,
  type Identification,
  type RequestSource,
  type VerificationFields,
} from '@force-reset/core'
import { boundedText } from '@force-reset/core/store'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AuditRow } from './audit-table.ts'

/**
 * An event of the application's own in the same trail, such as a sign-in of an operator.
 *
 * Characters that a reader cannot see become `\u{…}`, and every text ends after 1,024 characters.
 * Never put anything here that a person typed into a field for a password, or beside one.
 *
 * @example
 * const event: ApplicationEvent = {
 *   type: 'operator.signed_in',
 *   at: new Date().toISOString(),
 *   operatorId: 'kim',
 *   source: { address: '192.0.2.7' },
 * }
 */
export interface ApplicationEvent {
  /**
   * A prefix of the application's own, a dot and a name, such as `operator.signed_in`. At most 64
   * characters.
   * The prefixes `reset`, `access` and `verification` belong to the library.
   */
  readonly type: `${string}.${string}`
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string
  /** Different for each event. Default: a random UUID. */
  readonly eventId?: string | undefined
  readonly operatorId?: string | undefined
  readonly source?: RequestSource | undefined
  readonly store?: string | undefined
  readonly userId?: string | undefined
  readonly username?: string | undefined
  readonly code?: string | undefined
  readonly reason?: string | undefined
  readonly correlationId?: string | undefined
  /** Other facts about the event. Stored as JSON. */
  readonly details?: Readonly<Record<string, string | number | boolean | null>> | undefined
}

/** Longest text of an application's own event, in characters. */
const longestText = 1_024
const longestType = 64

/** The row of an event of the library, field by field: no other field of the event is kept. */
export function rowOfAuditEvent(dialect: SqlDialect, event: AuditEvent): AuditRow {
  const { mark, receipt, code, ...facts } = ownFields(event)
  const { source } = event
  return {
    event_id: event.eventId,
    schema_version: event.schema,
    happened_at: dialect.moment(new Date(event.at)),
    event_type: event.type,
    event_action: event.action,
    reset_id: event.resetId,
    operator_id: event.operatorId,
    store: event.store ?? null,
    user_id: event.userId ?? null,
    username: event.username ?? null,
    account_status: event.status ?? null,
    code: code ?? null,
    reason: event.reason ?? null,
    correlation_id: event.correlationId ?? null,
    source_address: source?.address ?? null,
    source_user_agent: source?.userAgent ?? null,
    source_request_id: source?.requestId ?? null,
    mark: mark ?? null,
    receipt: receipt ? receiptText(receipt) : null,
    details: detailsText({ ...facts, claims: source?.claims, identified: event.identified }),
  }
}

/**
 * The row of an event of the application's own.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a type that is malformed or the library's.
 */
export function rowOfApplicationEvent(dialect: SqlDialect, event: ApplicationEvent): AuditRow {
  const { type, source, details } = event
  if (
    type.length > longestType ||
    !/^(?!reset\.|access\.|verification\.)[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$/.test(type)
  ) {
    throw new ForceResetError(
      'ERR_INVALID_CONFIG',
      `sqlAudit: the type of an event of your own must be at most ${longestType} ` +
        'characters, as in operator.signed_in. The prefixes reset, access and verification ' +
        'belong to the library',
    )
  }
  return {
    event_id: event.eventId ?? randomUUID(),
    schema_version: null,
    happened_at: dialect.moment(new Date(event.at)),
    event_type: type,
    event_action: null,
    reset_id: null,
    operator_id: escaped(event.operatorId),
    store: escaped(event.store),
    user_id: escaped(event.userId),
    username: escaped(event.username),
    account_status: null,
    code: escaped(event.code),
    reason: escaped(event.reason),
    correlation_id: escaped(event.correlationId),
    source_address: escaped(source?.address),
    source_user_agent: escaped(source?.userAgent),
    source_request_id: escaped(source?.requestId),
    mark: null,
    receipt: null,
    details: details
      ? JSON.stringify(details, (_, value) => (typeof value === 'string' ? escaped(value) : value))
      : null,
  }
}

interface OwnFields extends OtherFacts {
  readonly code?: string
  readonly mark?: string
  readonly receipt?: AuditedReceipt
}

/** Facts of the library's events that have no column of their own. */
interface OtherFacts {
  readonly claims?: readonly string[] | undefined
  readonly per?: string
  readonly limit?: number
  readonly windowSeconds?: number
  readonly count?: number
  readonly ended?: boolean
  readonly identified?: Identification | undefined
  readonly method?: string | undefined
  readonly destination?: string | undefined
  readonly secondPersonId?: string | undefined
  readonly why?: string | undefined
  readonly standing?: string
  readonly document?: string | undefined
}

/** The fields that only events of this type have. */
function ownFields(event: AuditEvent): OwnFields {
  switch (event.type) {
    case 'reset.attempted':
    case 'reset.not_applied':
    case 'reset.overtaken':
      return { mark: event.mark }
    case 'reset.applied_unused':
      return { mark: event.mark, ended: event.ended }
    case 'reset.applied':
      return { mark: event.mark, receipt: event.receipt }
    case 'reset.refused':
      return { code: event.code, why: event.why }
    case 'reset.unknown':
    case 'access.denied':
      return { code: event.code }
    case 'reset.undelivered':
      return {}
    case 'access.limited':
      return { per: event.per, limit: event.limit, windowSeconds: event.windowSeconds }
    case 'access.omitted':
      return { count: event.count }
    case 'verification.started':
    case 'verification.sent':
    case 'verification.vouched':
    case 'verification.denied':
    case 'verification.suspicious':
      return viaOf(event)
    case 'verification.failed':
      return { ...viaOf(event), why: event.why }
    case 'verification.passed':
      return { ...viaOf(event), standing: event.standing, document: event.document }
    case 'verification.overridden':
      return {}
    default:
      event satisfies never
      // A newer core has more types. The trail keeps what all events tell.
      return {}
  }
}

/** How a caller was to be identified. */
function viaOf({ method, destination, secondPersonId }: VerificationFields): OtherFacts {
  return { method, destination, secondPersonId }
}

/** Null where no fact is left. */
function detailsText(facts: OtherFacts): string | null {
  const { claims, per, limit, windowSeconds, count, ended, identified } = facts
  const { method, standing, destination, secondPersonId, document, why } = facts
  const text = JSON.stringify({
    claims,
    per,
    limit,
    windowSeconds,
    count,
    ended,
    method,
    standing,
    destination,
    secondPersonId,
    document,
    why,
    identified: identified && identifiedFields(identified),
  })
  return text === '{}' ? null : text
}

function identifiedFields({ by, carriedOver }: Identification): Identification {
  return {
    by: by.map(
      ({ verificationId, method, standing, at, destination, secondPersonId, document }) => ({
        verificationId,
        method,
        standing,
        at,
        destination,
        secondPersonId,
        document,
      }),
    ),
    carriedOver,
  }
}

function escaped(text: string | undefined): string | null {
  return text === undefined ? null : boundedText(text, longestText)
}

function receiptText({
  mustChange,
  expiresAt,
  unlocked,
  sessionsRevoked,
  endpoint,
  survives,
  unreadRules,
}: AuditedReceipt): string {
  return JSON.stringify({
    mustChange,
    expiresAt,
    unlocked,
    sessionsRevoked,
    endpoint,
    survives,
    unreadRules,
  })
}
