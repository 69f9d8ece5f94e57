import { DatabaseSync } from 'node:sqlite'
import type { AuditEvent, AuditFields } from '@force-reset/core'
import { markOf } from '@force-reset/core/store'
import { Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { describeWithMariaDb, describeWithPostgres } from '../fixtures/on-databases.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyDatabase, AnyTables, Row } from '../options/any-database.ts'
import type { ApplicationEvent } from './audit-row.ts'
import type { SqlAuditTable } from './audit-table.ts'
import {
  sqlAuditMigration,
  sqlAuditMigrationWithoutTriggers,
  sqlAuditReplaceMigration,
} from './migrations.ts'
import { sqlAudit } from './sql-audit.ts'

/** How a caller was to be identified. */
const via = { method: 'call_back', destination: 'Mobile …123', secondPersonId: '43' } as const

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

const shared: AuditFields = {
  schema: 1,
  eventId: 'e-1',
  at: '2026-01-02T03:04:05.678Z',
  action: 'reset',
  resetId: 'r-1',
  operatorId: 'kim',
  source: { address: '192.0.2.7', userAgent: 'Firefox', requestId: 'q-1' },
  store: 'sql',
  userId: '42',
  username: '山田',
  status: 'active',
  reason: 'INC-4711',
  correlationId: 'c-1',
}
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

/** One event of each type. A type that is missing here does not compile. */
const events: { readonly [T in AuditEvent['type']]: Extract<AuditEvent, { type: T }> } = {
  'reset.attempted': { ...shared, type: 'reset.attempted', mark },
  'reset.applied': { ...shared, type: 'reset.applied', mark, receipt, identified },
  'reset.refused': { ...shared, type: 'reset.refused', code: 'conflict', why: 'proof_used' },
  'reset.unknown': { ...shared, type: 'reset.unknown', code: 'outcome_unknown' },
  'reset.applied_unused': { ...shared, type: 'reset.applied_unused', mark, ended: true },
  'reset.not_applied': { ...shared, type: 'reset.not_applied', mark },
  'reset.overtaken': { ...shared, type: 'reset.overtaken', mark },
  'reset.undelivered': { ...shared, type: 'reset.undelivered' },
  'access.denied': { ...shared, type: 'access.denied', code: 'forbidden' },
  'access.limited': {
    ...shared,
    source: { ...shared.source, claims: ['requestId'] },
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

const signedIn: ApplicationEvent = {
  type: 'operator.signed_in',
  at: '2026-01-02T03:04:05.678Z',
  operatorId: 'kim',
  source: { address: '192.0.2.7' },
}

/** A row in the place of the first. */
const named = 'event_number, event_id, happened_at, event_type'
const forged = "1, 'e-1', '2026-01-02 03:04:05', 'forged'"

interface Opened {
  readonly db: AnyDatabase
  close(): Promise<void>
}

const rowsIn = async (db: AnyDatabase): Promise<readonly Row[]> =>
  (await sql<Row>`SELECT * FROM force_reset_audit ORDER BY event_number`.execute(db)).rows

/** `rewrites` are this database's own ways to put another row in the place of the first. */
function suite(open: () => Promise<Opened>, rewrites: readonly string[]): void {
  const withTrail = async (work: (db: AnyDatabase) => Promise<void>): Promise<void> => {
    const { db, close } = await open()
    try {
      await sqlAuditMigration.up(db)
      await work(db)
    } finally {
      await close()
    }
  }

  it('stores every type of event, each field in a column of its own', () =>
    withTrail(async (db) => {
      for (const event of Object.values(events)) await sqlAudit(db)(event)
      const rows = await rowsIn(db)
      expect(rows.map((row) => row['event_type'])).toEqual(Object.keys(events))
      for (const row of rows)
        expect(row).toMatchObject({
          event_id: 'e-1',
          schema_version: 1,
          event_action: 'reset',
          reset_id: 'r-1',
          operator_id: 'kim',
          store: 'sql',
          user_id: '42',
          username: '山田',
          account_status: 'active',
          reason: 'INC-4711',
          correlation_id: 'c-1',
          source_address: '192.0.2.7',
          source_user_agent: 'Firefox',
          source_request_id: 'q-1',
        })
      const of = (column: string) =>
        Object.fromEntries(
          rows.filter((row) => row[column] !== null).map((row) => [row['event_type'], row[column]]),
        )
      expect(of('mark')).toEqual({
        'reset.attempted': mark,
        'reset.applied': mark,
        'reset.applied_unused': mark,
        'reset.not_applied': mark,
        'reset.overtaken': mark,
      })
      expect(
        Object.entries(of('details')).map(([type, text]) => [type, JSON.parse(String(text))]),
      ).toEqual([
        ['reset.applied', { identified }],
        ['reset.refused', { why: 'proof_used' }],
        ['reset.applied_unused', { ended: true }],
        [
          'access.limited',
          { claims: ['requestId'], per: 'operator', limit: 30, windowSeconds: 600 },
        ],
        ['access.omitted', { count: 7 }],
        ['verification.started', via],
        ['verification.sent', via],
        ['verification.vouched', via],
        ['verification.passed', { ...via, standing: 'attested', document: 'staff_badge' }],
        ['verification.failed', { ...via, why: 'gave_up' }],
        ['verification.denied', via],
        ['verification.suspicious', via],
      ])
      expect(of('code')).toEqual({
        'reset.refused': 'conflict',
        'reset.unknown': 'outcome_unknown',
        'access.denied': 'forbidden',
      })
      expect(of('receipt')).toEqual({ 'reset.applied': JSON.stringify(receipt) })
    }))

  it('stores what all events tell of a type that a newer core has', () =>
    withTrail(async (db) => {
      const event: AuditEvent = JSON.parse(
        JSON.stringify({ ...shared, type: 'reset.swept', password: 'canary-4711' }),
      )
      await sqlAudit(db)(event)
      const rows = await rowsIn(db)
      expect(rows).toMatchObject([{ event_type: 'reset.swept', reset_id: 'r-1', user_id: '42' }])
      expect(JSON.stringify(rows)).not.toContain('canary')
    }))

  it('stores events of the application’s own, escaped and cut', () =>
    withTrail(async (db) => {
      const audit = sqlAudit(db)
      await audit(signedIn)
      await audit({
        ...signedIn,
        type: 'user.password_chosen',
        eventId: 'own-1',
        userId: '42',
        username: 'a\u202eb',
        reason: 'x'.repeat(5_000),
        details: { way: 'a\u0000link', tries: 2, first: true, note: null },
      })
      const [first, second] = await rowsIn(db)
      expect(first).toMatchObject({
        event_type: 'operator.signed_in',
        operator_id: 'kim',
        source_address: '192.0.2.7',
        source_user_agent: null,
        schema_version: null,
        event_action: null,
        reset_id: null,
        mark: null,
        details: null,
      })
      expect(String(first?.['event_id'])).toMatch(/^[0-9a-f-]{36}$/)
      expect(second).toMatchObject({ event_id: 'own-1', username: 'a\\u{202e}b' })
      expect(String(second?.['reason'])).toHaveLength(1_024)
      expect(JSON.parse(String(second?.['details']))).toEqual({
        way: 'a\\u{0}link',
        tries: 2,
        first: true,
        note: null,
      })
    }))

  it('keeps its rows: nobody changes or deletes one by mistake', () =>
    withTrail(async (db) => {
      await sqlAudit(db)(events['reset.attempted'])
      const before = await rowsIn(db)
      for (const text of [
        "UPDATE force_reset_audit SET operator_id = 'nobody'",
        'DELETE FROM force_reset_audit',
        ...rewrites,
      ])
        await expect(sql.raw(text).execute(db)).rejects.toThrow(/never/)
      expect(await rowsIn(db)).toEqual(before)
      await sqlAudit(db)(events['reset.applied'])
      expect(await rowsIn(db)).toHaveLength(2)
    }))

  it('is gone with the reverse of its migration, triggers included', () =>
    withTrail(async (db) => {
      await sqlAuditMigration.down(db)
      await sqlAuditMigration.up(db)
      await sqlAudit(db)(signedIn)
      expect(await rowsIn(db)).toHaveLength(1)
    }))

  it('is read with types: pages, newest first, and the last reset of a user', () =>
    withTrail(async (db) => {
      const audit = sqlAudit(db)
      await audit(events['reset.attempted'])
      await audit(events['reset.applied'])
      await audit(signedIn)
      const typed = db.$extendTables<{ force_reset_audit: SqlAuditTable }>()
      const newest = typed
        .selectFrom('force_reset_audit')
        .select(['event_number', 'event_type'])
        .orderBy('event_number', 'desc')
        .limit(2)
      const page = await newest.execute()
      expect(page.map((row) => row.event_type)).toEqual(['operator.signed_in', 'reset.applied'])
      const next = await newest.where('event_number', '<', page[1]?.event_number ?? 0).execute()
      expect(next.map((row) => row.event_type)).toEqual(['reset.attempted'])
      const last = await typed
        .selectFrom('force_reset_audit')
        .select(['happened_at', 'operator_id'])
        .where('user_id', '=', '42')
        .where('event_type', 'in', ['reset.applied', 'reset.unknown'])
        .orderBy('event_number', 'desc')
        .executeTakeFirst()
      expect(last?.operator_id).toBe('kim')
      expect(new Date(last?.happened_at ?? 0).getUTCFullYear()).toBe(2026)
    }))

  it('refuses a transaction, and throws no error of a driver', async () => {
    const { db, close } = await open()
    await db.transaction().execute(async (trx) => {
      expect(() => sqlAudit(trx)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_CONFIG' }))
    })
    const error = await sqlAudit(db)(signedIn).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'StoreError', code: 'store_unavailable' })
    await close()
  })
}

describe('the trail on SQLite', () => {
  const open = async () => {
    const db = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
    return { db, close: () => db.destroy() }
  }
  const rewrites = [
    `INSERT OR REPLACE INTO force_reset_audit (${named}) VALUES (${forged})`,
    `REPLACE INTO force_reset_audit (${named}) SELECT ${forged}`,
    `INSERT INTO force_reset_audit (${named}) VALUES (${forged})
      ON CONFLICT (event_number) DO UPDATE SET event_type = 'forged'`,
    "UPDATE OR REPLACE force_reset_audit SET event_type = 'forged'",
  ]
  suite(open, rewrites)

  it('cannot be rewritten where an earlier version made it, once it is migrated', async () => {
    const { db, close } = await open()
    await sqlAuditMigration.up(db)
    await sqlAuditReplaceMigration.down(db)
    await sqlAudit(db)(signedIn)
    const [replace = ''] = rewrites
    await sql.raw(replace).execute(db)
    expect(await rowsIn(db)).toMatchObject([{ event_type: 'forged' }])
    await sqlAuditReplaceMigration.up(db)
    await sqlAuditReplaceMigration.up(db)
    await expect(sql.raw(replace).execute(db)).rejects.toThrow(/never replaced/)
    await sqlAuditMigration.down(db)
    await close()
  })

  it('takes no row with a number that would keep out every later row', async () => {
    const { db, close } = await open()
    await sqlAuditMigration.up(db)
    const negative = `INSERT INTO force_reset_audit (${named}) VALUES (-${forged})`
    await expect(sql.raw(negative).execute(db)).rejects.toThrow(/numbered from 1/)
    await sqlAudit(db)(signedIn)
    await sqlAudit(db)(signedIn)
    expect(await rowsIn(db)).toHaveLength(2)
    await close()
  })

  it('finds the events of a user in an index', async () => {
    const { db, close } = await open()
    await sqlAuditMigration.up(db)
    const { rows } = await sql<Row>`EXPLAIN QUERY PLAN SELECT * FROM force_reset_audit
      WHERE user_id = '42' ORDER BY event_number DESC`.execute(db)
    expect(rows.map((row) => row['detail'])).toEqual([
      'SEARCH force_reset_audit USING INDEX force_reset_audit_by_user (user_id=?)',
    ])
    await close()
  })

  it.each([
    'reset.applied',
    'access.denied',
    'signed_in',
    'Operator.signed_in',
    'a. b',
    'a.',
    '.a',
  ])('refuses %j as the type of an event of the application’s own', async (type) => {
    const { db, close } = await open()
    await sqlAuditMigration.up(db)
    const event: ApplicationEvent = JSON.parse(JSON.stringify({ ...signedIn, type }))
    await expect(sqlAudit(db)(event)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_CONFIG' }),
    )
    await close()
  })

  it('refuses a type of more than 64 characters', async () => {
    const { db, close } = await open()
    await sqlAuditMigration.up(db)
    await sqlAudit(db)({ ...signedIn, type: `a.${'b'.repeat(62)}` })
    await expect(sqlAudit(db)({ ...signedIn, type: `a.${'b'.repeat(63)}` })).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_CONFIG' }),
    )
    await close()
  })
})

describeWithPostgres('the trail on PostgreSQL', (on) => {
  suite(
    () => on.open(),
    [
      `INSERT INTO force_reset_audit (${named}) OVERRIDING SYSTEM VALUE VALUES (${forged})
        ON CONFLICT (event_number) DO UPDATE SET event_type = 'forged'`,
    ],
  )

  it('is not emptied by TRUNCATE either', async () => {
    const { db, close } = await on.open()
    await sqlAuditMigration.up(db)
    await sqlAudit(db)(signedIn)
    await expect(sql`TRUNCATE force_reset_audit`.execute(db)).rejects.toThrow(/never/)
    await close()
  })
})

describeWithMariaDb('the trail on MariaDB', (on) => {
  suite(
    () => on.open(),
    [
      `REPLACE INTO force_reset_audit (${named}) VALUES (${forged})`,
      `INSERT INTO force_reset_audit (${named}) VALUES (${forged})
        ON DUPLICATE KEY UPDATE event_type = 'forged'`,
    ],
  )

  it('has no table where the server refuses triggers, unless made without them', async () => {
    const { db, close } = await on.open()
    await on.server.query('SET GLOBAL log_bin_trust_function_creators = OFF')
    await expect(sqlAuditMigration.up(db)).rejects.toThrow(/SUPER privilege/)
    await expect(sqlAudit(db)(signedIn)).rejects.toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ key: 'schema' }) }),
    )
    await sqlAuditMigrationWithoutTriggers.up(db)
    await sqlAudit(db)(signedIn)
    await on.server.query('SET GLOBAL log_bin_trust_function_creators = ON')
    await sqlAuditMigrationWithoutTriggers.down(db)
    await sqlAuditMigration.up(db)
    await close()
  })
})
