import type { AuditEvent } from '../port/audit-event.ts'
import type { Outcome, Weight } from './spoken-event.ts'
import { meaningOf } from './spoken-event.ts'

/** An event of the class Account Change, 3001, of OCSF 1.8.0. Times are milliseconds since 1970. */
export interface OcsfAccountChange {
  readonly class_uid: 3001
  readonly class_name: 'Account Change'
  readonly category_uid: 3
  readonly category_name: 'Identity & Access Management'
  /** 4: Password Reset. 99: Other, such as a list that was denied. */
  readonly activity_id: 4 | 99
  readonly activity_name: string
  /** `class_uid` * 100 + `activity_id`. */
  readonly type_uid: 300_104 | 300_199
  readonly time: number
  /** 1: Informational. 2: Low. 3: Medium. */
  readonly severity_id: 1 | 2 | 3
  /** 0: Unknown, of an attempt. 1: Success. 2: Failure. 99: Other. */
  readonly status_id: 0 | 1 | 2 | 99
  readonly status?: string | undefined
  /** The code of a failure, such as `conflict`. */
  readonly status_code?: string | undefined
  readonly message: string
  readonly metadata: {
    readonly version: '1.8.0'
    readonly uid: string
    readonly correlation_uid: string
    readonly event_code: AuditEvent['type']
    readonly log_name: 'force-reset'
    readonly log_version: string
    readonly original_time: string
    readonly product: { readonly name: string; readonly vendor_name: string }
  }
  readonly user: OcsfUser
  readonly actor: { readonly user: OcsfUser }
  readonly src_endpoint?: { readonly ip: string } | { readonly name: string } | undefined
  readonly http_request?:
    | { readonly uid?: string | undefined; readonly user_agent?: string | undefined }
    | undefined
  /** The fields of our event that the class has no place for. */
  readonly unmapped: Readonly<Record<string, unknown>>
}

/** A user of OCSF. `type_id` 0: it is not known which kind of user. */
interface OcsfUser {
  readonly uid?: string | undefined
  readonly name?: string | undefined
  readonly type_id: 0 | 1
}

/** The product that an event names. */
export interface OcsfOptions {
  /** Default `Force Reset`. */
  readonly productName?: string | undefined
  /** Default `Force Reset`. */
  readonly vendorName?: string | undefined
}

const severities: Readonly<Record<Weight, 1 | 2 | 3>> = { ordinary: 1, low: 2, medium: 3 }
const statuses: Readonly<Record<Outcome, 0 | 1 | 2 | 99>> = {
  open: 0,
  success: 1,
  failure: 2,
  other: 99,
}

/**
 * An audit event as an event of the Open Cybersecurity Schema Framework, class Account Change
 * (3001), version 1.8.0. Text is as the event holds it: escaped and cut.
 *
 * Of OCSF 1.9 the class is User Management (3007), in which Password Reset is activity 9.
 *
 * @see https://schema.ocsf.io/1.8.0/classes/account_change
 * @example
 * for (const event of events) log(JSON.stringify(ocsfAccountChange(event)))
 */
export function ocsfAccountChange(
  event: AuditEvent,
  { productName = 'Force Reset', vendorName = 'Force Reset' }: OcsfOptions = {},
): OcsfAccountChange {
  const { outcome, weight, sentence } = meaningOf(event)
  const { type, action, userId, username, operatorId, source } = event
  const isReset = type.startsWith('reset.')
  const code = 'code' in event ? event.code : undefined
  return {
    class_uid: 3001,
    class_name: 'Account Change',
    category_uid: 3,
    category_name: 'Identity & Access Management',
    activity_id: isReset ? 4 : 99,
    activity_name: isReset ? 'Password Reset' : `${type} (${action})`,
    type_uid: isReset ? 300_104 : 300_199,
    time: Date.parse(event.at),
    severity_id: severities[weight],
    status_id: statuses[outcome],
    status: outcome === 'other' ? type : undefined,
    status_code: code,
    message: sentence,
    metadata: {
      version: '1.8.0',
      uid: event.eventId,
      correlation_uid: event.resetId,
      event_code: type,
      log_name: 'force-reset',
      log_version: String(event.schema),
      original_time: event.at,
      product: { name: productName, vendor_name: vendorName },
    },
    user: userId === undefined ? nobody : { uid: userId, name: username, type_id: 1 },
    actor: { user: operatorId === '' ? nobody : { uid: operatorId, type_id: 1 } },
    src_endpoint: source?.address === undefined ? undefined : endpointOf(source.address),
    http_request:
      source?.requestId === undefined && source?.userAgent === undefined
        ? undefined
        : { uid: source.requestId, user_agent: source.userAgent },
    unmapped: unmappedOf(event),
  }
}

/** The class wants a user, and a list or a request without an operator names none. */
const nobody: OcsfUser = Object.freeze({ name: 'none', type_id: 0 })

/** IPv4 or IPv6; anything else is a name. */
const address = /^(\d{1,3}(\.\d{1,3}){3}|[\da-f]*:[\da-f:]*(\d{1,3}(\.\d{1,3}){3})?)$/i

function endpointOf(text: string): { readonly ip: string } | { readonly name: string } {
  return address.test(text) ? { ip: text } : { name: text }
}

/** Everything that has no place of its own, a field of a later version included. */
function unmappedOf(event: AuditEvent): Readonly<Record<string, unknown>> {
  const {
    type: _type,
    schema: _schema,
    eventId: _eventId,
    at: _at,
    resetId: _resetId,
    operatorId: _operatorId,
    userId: _userId,
    username: _username,
    source,
    ...rest
  } = event
  const { code: _code, ...others }: typeof rest & { readonly code?: unknown } = rest
  return source?.claims === undefined ? others : { ...others, claims: source.claims }
}
