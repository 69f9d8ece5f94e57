import type { AuditEvent } from '../port/audit-event.ts'
import { ForceResetError } from '../port/errors.ts'
import type { Weight } from './spoken-event.ts'
import { meaningOf } from './spoken-event.ts'

/** Who sends a line of syslog. */
export interface SyslogOptions {
  /** Name of this machine, at most 255 characters of printable ASCII. Default `-`: not known. */
  readonly host?: string | undefined
  /** Name of the application, at most 48 characters of printable ASCII. Default `force-reset`. */
  readonly app?: string | undefined
  /** Name or number of the process, at most 128 such characters. Default `-`: not known. */
  readonly process?: string | undefined
  /** Number of the facility, 0 to 23. Default 13: log audit. */
  readonly facility?: number | undefined
  /**
   * The private enterprise number of your organisation, which names the structured data. Default
   * 32473, which RFC 5612 keeps for examples.
   */
  readonly enterprise?: number | undefined
}

/** Severities of RFC 5424, section 6.2.1: 6 informational, 5 notice, 4 warning. */
const severities: Readonly<Record<Weight, 4 | 5 | 6>> = { ordinary: 6, low: 5, medium: 4 }

/**
 * An audit event as one line of syslog (RFC 5424), without a line end. The fields stand in the
 * structured data, and the message is an English sentence in UTF-8.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that a header cannot hold.
 * @see https://www.rfc-editor.org/rfc/rfc5424#section-6
 * @example
 * for (const event of events) log(syslogLine(event, { host: 'console-1' }))
 */
export function syslogLine(event: AuditEvent, options: SyslogOptions = {}): string {
  const {
    host = '-',
    app = 'force-reset',
    process = '-',
    facility = 13,
    enterprise = 32_473,
  } = options
  const { weight, sentence } = meaningOf(event)
  const priority = wholeNumber('facility', facility, 23) * 8 + severities[weight]
  const header = [
    `<${priority}>1`,
    event.at,
    headerField('host', host, 255),
    headerField('app', app, 48),
    headerField('process', process, 128),
    event.type.slice(0, 32),
  ]
  const name = `forceReset@${wholeNumber('enterprise', enterprise, 0xffff_ffff)}`
  const fields = Object.entries(fieldsOf(event)).flatMap(([field, value]) =>
    value === undefined ? [] : [`${field}="${escaped(String(value))}"`],
  )
  return `${header.join(' ')} [${[name, ...fields].join(' ')}] ${byteOrderMark}${sentence}`
}

/** The message is UTF-8 where it begins with this mark (RFC 5424, section 6.4). */
const byteOrderMark = '\u{feff}'

function fieldsOf(
  event: AuditEvent,
): Readonly<Record<string, string | number | boolean | undefined>> {
  const { source } = event
  return {
    schema: event.schema,
    eventId: event.eventId,
    action: event.action,
    resetId: event.resetId,
    operatorId: event.operatorId,
    store: event.store,
    userId: event.userId,
    username: event.username,
    status: event.status,
    code: 'code' in event ? event.code : undefined,
    reason: event.reason,
    correlationId: event.correlationId,
    address: source?.address,
    userAgent: source?.userAgent,
    requestId: source?.requestId,
    claims: source?.claims?.join(' '),
    mark: 'mark' in event ? event.mark : undefined,
    ended: 'ended' in event ? event.ended : undefined,
    receipt: 'receipt' in event ? JSON.stringify(event.receipt) : undefined,
    per: 'per' in event ? event.per : undefined,
    limit: 'limit' in event ? event.limit : undefined,
    windowSeconds: 'windowSeconds' in event ? event.windowSeconds : undefined,
    count: 'count' in event ? event.count : undefined,
    method: 'method' in event ? event.method : undefined,
    standing: 'standing' in event ? event.standing : undefined,
    destination: 'destination' in event ? event.destination : undefined,
    secondPersonId: 'secondPersonId' in event ? event.secondPersonId : undefined,
    document: 'document' in event ? event.document : undefined,
    why: 'why' in event ? event.why : undefined,
    identified: event.identified && JSON.stringify(event.identified),
  }
}

/** RFC 5424, section 6.3.3. The text of an event holds no line ends. */
function escaped(value: string): string {
  return value.replace(/["\\\]]/g, '\\$&')
}

function headerField(name: string, value: string, longest: number): string {
  if (/^[!-~]+$/.test(value) && value.length <= longest) return value
  throw new ForceResetError(
    'ERR_INVALID_CONFIG',
    `${name} must be 1 to ${longest} characters of printable ASCII without blanks`,
  )
}

function wholeNumber(name: string, value: number, most: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= most) return value
  throw new ForceResetError(
    'ERR_INVALID_CONFIG',
    `${name} must be a whole number from 0 to ${most}`,
  )
}
