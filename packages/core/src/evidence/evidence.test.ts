import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import * as z from 'zod/mini'
import { ocsfAccountChange, syslogLine } from '../evidence.ts'
import type { AuditEvent } from '../index.ts'
import { boundedText, markOf } from '../store.ts'

const shared = {
  schema: 1,
  eventId: '0f0e7f5c-0000-4000-8000-000000000001',
  at: '2026-01-02T03:04:05.678Z',
  action: 'reset',
  resetId: '0f0e7f5c-0000-4000-8000-000000000002',
  operatorId: 'kim',
  source: { address: '192.0.2.7', userAgent: 'Firefox', requestId: 'q-1', claims: ['requestId'] },
  store: 'sql',
  userId: '42',
  username: '山田 "the ] one" \\',
  status: 'active',
  reason: 'INC-4711',
  correlationId: 'c-1',
} as const
const mark = markOf('sql1.abc')
const receipt = {
  mustChange: 'application',
  expiresAt: new Date(0),
  unlocked: false,
  sessionsRevoked: 2,
  endpoint: 'sql',
  survives: ['tokens'],
  unreadRules: [],
} as const

/** How the caller of a reset was identified. */
const identified = {
  by: [
    {
      verificationId: 'v-1',
      method: 'call_back',
      standing: 'attested',
      at: '2026-01-02T03:00:00.000Z',
      destination: 'Mobile …123',
      secondPersonId: '43',
    },
  ],
  carriedOver: true,
} as const

/** How a caller was to be identified. */
const via = { method: 'call_back', destination: 'Mobile …123', secondPersonId: '43' } as const

/** One event of each type. A type that is missing here does not compile. */
const byType: { readonly [T in AuditEvent['type']]: Extract<AuditEvent, { type: T }> } = {
  'reset.attempted': { ...shared, type: 'reset.attempted', mark },
  'reset.applied': { ...shared, type: 'reset.applied', mark, receipt, identified },
  'reset.refused': { ...shared, type: 'reset.refused', code: 'conflict', why: 'proof_used' },
  'reset.unknown': { ...shared, type: 'reset.unknown', code: 'outcome_unknown' },
  'reset.applied_unused': { ...shared, type: 'reset.applied_unused', mark, ended: true },
  'reset.not_applied': { ...shared, type: 'reset.not_applied', mark },
  'reset.overtaken': { ...shared, type: 'reset.overtaken', mark },
  'reset.undelivered': { ...shared, type: 'reset.undelivered' },
  'access.denied': { ...shared, type: 'access.denied', code: 'forbidden', action: 'list' },
  'access.limited': {
    ...shared,
    type: 'access.limited',
    per: 'operator',
    limit: 30,
    windowSeconds: 600,
  },
  'access.omitted': { ...shared, type: 'access.omitted', count: 7 },
  'verification.started': { ...shared, ...via, type: 'verification.started' },
  'verification.sent': { ...shared, ...via, type: 'verification.sent' },
  'verification.vouched': { ...shared, ...via, type: 'verification.vouched' },
  'verification.passed': {
    ...shared,
    ...via,
    type: 'verification.passed',
    standing: 'attested',
    document: 'staff_badge',
  },
  'verification.failed': { ...shared, ...via, type: 'verification.failed', why: 'gave_up' },
  'verification.denied': { ...shared, ...via, type: 'verification.denied' },
  'verification.suspicious': { ...shared, ...via, type: 'verification.suspicious' },
  'verification.overridden': { ...shared, type: 'verification.overridden' },
}
const events: readonly AuditEvent[] = Object.values(byType)

/**
 * Account Change of OCSF 1.8.0, as far as an event of ours has its attributes: names, types,
 * enumerations and constraints. Strict, so that an attribute that the class does not have fails.
 */
const text = z.string().check(z.minLength(1))
const userSchema = z
  .strictObject({
    uid: z.optional(text),
    name: z.optional(text),
    type_id: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  })
  .check(z.refine(({ uid, name }) => uid !== undefined || name !== undefined))
const accountChange = z
  .strictObject({
    class_uid: z.literal(3001),
    class_name: z.literal('Account Change'),
    category_uid: z.literal(3),
    category_name: z.literal('Identity & Access Management'),
    activity_id: z.int().check(z.minimum(0), z.maximum(99)),
    activity_name: text,
    type_uid: z.int(),
    time: z.int(),
    severity_id: z.int().check(z.minimum(0), z.maximum(6)),
    status_id: z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(99)]),
    status: z.optional(text),
    status_code: z.optional(text),
    message: text,
    metadata: z.strictObject({
      version: z.literal('1.8.0'),
      uid: text,
      correlation_uid: text,
      event_code: text,
      log_name: text,
      log_version: text,
      original_time: text,
      product: z.strictObject({ name: text, vendor_name: text }),
    }),
    user: userSchema,
    actor: z.strictObject({ user: userSchema }),
    src_endpoint: z.optional(
      z.union([
        z.strictObject({ ip: z.union([z.ipv4(), z.ipv6()]) }),
        z.strictObject({ name: text }),
      ]),
    ),
    http_request: z.optional(
      z.strictObject({ uid: z.optional(z.string()), user_agent: z.optional(z.string()) }),
    ),
    unmapped: z.record(z.string(), z.unknown()),
  })
  .check(
    z.refine((event) => event.type_uid === event.class_uid * 100 + event.activity_id),
    // An outcome or an activity that the enumeration lacks has to be named.
    z.refine((event) => event.status_id !== 99 || event.status !== undefined),
  )

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('ocsfAccountChange', () => {
  it.each(events.map((event) => [event.type, event] as const))(
    'makes of %s an event that the schema takes',
    (_, event) => {
      expect(() => accountChange.parse(overTheWire(ocsfAccountChange(event)))).not.toThrow()
    },
  )

  it('is held against a schema that refuses what is none of the class', () => {
    const event = ocsfAccountChange(byType['reset.applied'])
    for (const wrong of [
      { ...event, type_uid: 300_199 },
      { ...event, status_id: 99 },
      { ...event, user: { type_id: 1 } },
      { ...event, src_endpoint: { ip: 'console-1' } },
      { ...event, password: 'x' },
    ])
      expect(accountChange.safeParse(overTheWire(wrong)).success).toBe(false)
  })

  it('says what happened, to whom, by whom and from where', () => {
    expect(ocsfAccountChange(byType['reset.refused'])).toMatchObject({
      activity_id: 4,
      activity_name: 'Password Reset',
      status_id: 2,
      status_code: 'conflict',
      time: Date.parse(shared.at),
      user: { uid: '42', name: shared.username },
      actor: { user: { uid: 'kim' } },
      src_endpoint: { ip: '192.0.2.7' },
      http_request: { uid: 'q-1', user_agent: 'Firefox' },
      metadata: { uid: shared.eventId, correlation_uid: shared.resetId },
      unmapped: { reason: 'INC-4711', correlationId: 'c-1', claims: ['requestId'] },
    })
    expect(ocsfAccountChange(byType['reset.applied']).unmapped).toMatchObject({ receipt, mark })
    expect(ocsfAccountChange(byType['access.denied'])).toMatchObject({ activity_id: 99 })
    expect(ocsfAccountChange(byType['verification.failed'])).toMatchObject({
      activity_id: 99,
      activity_name: 'verification.failed (reset)',
      status_id: 2,
      unmapped: { ...via, why: 'gave_up' },
    })
  })

  it('loses no field of an event', () => {
    for (const event of events) {
      const made = JSON.stringify(ocsfAccountChange(event))
      const { source, schema: _, ...fields } = event
      for (const value of [...Object.values(fields), ...Object.values(source ?? {})])
        expect(made).toContain(JSON.stringify(value).replace(/^"|"$/g, ''))
    }
  })

  it('takes an event that names neither an account nor an operator', () => {
    const { userId: _, username: __, source: ___, ...rest } = byType['access.denied']
    const made = ocsfAccountChange({ ...rest, operatorId: '' })
    expect(() => accountChange.parse(overTheWire(made))).not.toThrow()
  })

  it('takes a type of a newer version', () => {
    const newer: AuditEvent = JSON.parse(
      JSON.stringify({ ...shared, type: 'reset.swept', by: 'x' }),
    )
    const made = ocsfAccountChange(newer)
    expect(made).toMatchObject({ status_id: 99, unmapped: { by: 'x' } })
    expect(() => accountChange.parse(overTheWire(made))).not.toThrow()
  })
})

/** The grammar of RFC 5424, section 6, for one element of structured data. */
const line = new RegExp(
  '^<(?<priority>\\d{1,3})>1 ' +
    '(?<at>\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{1,6}Z) ' +
    '(?<host>[!-~]{1,255}) (?<app>[!-~]{1,48}) (?<process>[!-~]{1,128}) (?<id>[!-~]{1,32}) ' +
    '\\[(?<sd>[!#-<>-\\\\^-~]{1,32}@\\d+)' +
    '(?<fields>( [!#-<>-\\\\^-~]{1,32}="([^"\\\\\\]]|\\\\["\\\\\\]])*")*)\\] ' +
    '\u{feff}(?<message>[^\\n]*)$',
  'u',
)

function fieldsIn(text: string): Readonly<Record<string, string>> {
  const { fields = '' } = line.exec(text)?.groups ?? {}
  return Object.fromEntries(
    [...fields.matchAll(/ (\w+)="((?:[^"\\\]]|\\["\\\]])*)"/g)].map(([, name = '', value = '']) => [
      name,
      value.replace(/\\(["\\\]])/g, '$1'),
    ]),
  )
}

describe('syslogLine', () => {
  it.each(events.map((event) => [event.type, event] as const))(
    'makes of %s a line of the grammar, with every field',
    (type, event) => {
      const made = syslogLine(event, { host: 'console-1', process: '4711', facility: 10 })
      const { priority, at, host, id } = line.exec(made)?.groups ?? {}
      expect({ at, host, id }).toEqual({ at: shared.at, host: 'console-1', id: type })
      expect(Math.floor(Number(priority) / 8)).toBe(10)
      expect(fieldsIn(made)).toMatchObject({
        eventId: shared.eventId,
        resetId: shared.resetId,
        operatorId: 'kim',
        username: shared.username,
        address: '192.0.2.7',
      })
    },
  )

  it('tells how a caller was identified, and why one was not', () => {
    const applied = fieldsIn(syslogLine(byType['reset.applied']))
    expect(JSON.parse(applied['identified'] ?? '')).toEqual(identified)
    expect(fieldsIn(syslogLine(byType['reset.refused']))['why']).toBe('proof_used')
    expect(fieldsIn(syslogLine(byType['verification.passed']))).toMatchObject({
      ...via,
      standing: 'attested',
      document: 'staff_badge',
    })
  })

  it('reads back any text of people, which cannot end the line or a field', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        const reason = boundedText(typed, 500)
        const made = syslogLine({ ...byType['reset.applied'], reason })
        expect(fieldsIn(made)['reason']).toBe(reason)
      }),
    )
  })

  it.each([
    ['host', { host: 'two words' }],
    ['host', { host: '' }],
    ['app', { app: 'a'.repeat(49) }],
    ['process', { process: 'п' }],
    ['facility', { facility: 24 }],
    ['enterprise', { enterprise: -1 }],
  ])('names a wrong %s', (name, options) => {
    expect(() => syslogLine(byType['reset.applied'], options)).toThrow(
      expect.objectContaining({
        code: 'ERR_INVALID_CONFIG',
        message: expect.stringContaining(name),
      }),
    )
  })
})
