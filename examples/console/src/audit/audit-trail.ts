import type { AuditEvent } from '@force-reset/core'
import { type Generated, type Kysely, type QueryExecutorProvider, sql } from 'kysely'

/**
 * What happened in the console beside resets. It never holds what was typed: people type passwords
 * into the field for the name.
 */
interface ConsoleEvent {
  readonly type:
    | 'operator.signed_in'
    | 'operator.sign_in_failed'
    | 'operator.signed_out'
    | 'user.password_chosen'
  readonly at: string
  readonly operatorId?: string
  readonly userId?: string
  readonly username?: string
  /** Where the request came from. */
  readonly address?: string
}

/** One line of the trail as it is stored. */
export interface AuditLine {
  readonly seq: number
  readonly at: string
  readonly type: string
  readonly operator_id: string | null
  readonly user_id: string | null
  readonly username: string | null
  readonly code: string | null
  /** The whole event as JSON. */
  readonly event: string
}

/** The database as the trail sees it. */
export interface AuditDatabase {
  audit_events: {
    readonly [K in keyof AuditLine]: K extends 'seq' ? Generated<number> : AuditLine[K]
  }
}

/** One page of the trail, newest first. */
export interface AuditPage {
  readonly lines: readonly AuditLine[]
  /** Where the next page starts, when there is one. */
  readonly before: number | undefined
}

/** The newest reset of one account that happened, or may have. */
export interface LastReset {
  readonly at: Date
  readonly operatorId: string
  /** `false`: nobody knows whether it happened. */
  readonly certain: boolean
}

export interface AuditTrail {
  /** Resolves once the event is on disk. */
  append(event: AuditEvent | ConsoleEvent): Promise<void>
  page(before: number | undefined): Promise<AuditPage>
  lastReset(userId: string): Promise<LastReset | undefined>
}

const pageSize = 50

/** The trail in a table that can be added to, but neither changed nor emptied by mistake. */
export function auditTrail(db: Kysely<AuditDatabase>): AuditTrail {
  return {
    async append(event) {
      await db
        .insertInto('audit_events')
        .values({
          at: event.at,
          type: event.type,
          operator_id: event.operatorId ?? null,
          user_id: event.userId ?? null,
          username: event.username ?? null,
          code: ('code' in event ? event.code : undefined) ?? null,
          event: JSON.stringify(event),
        })
        .execute()
    },
    async page(before) {
      const lines = await db
        .selectFrom('audit_events')
        .selectAll()
        .$if(before !== undefined, (query) => query.where('seq', '<', before ?? 0))
        .orderBy('seq', 'desc')
        .limit(pageSize + 1)
        .execute()
      return {
        lines: lines.slice(0, pageSize),
        before: lines.length > pageSize ? lines[pageSize - 1]?.seq : undefined,
      }
    },
    async lastReset(userId) {
      const line = await db
        .selectFrom('audit_events')
        .select(['at', 'type', 'operator_id'])
        .where('user_id', '=', userId)
        .where('type', 'in', ['reset.applied', 'reset.unknown'])
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst()
      return (
        line && {
          at: new Date(line.at),
          operatorId: line.operator_id ?? '',
          certain: line.type === 'reset.applied',
        }
      )
    },
  }
}

/**
 * Creates the table of the trail where there is none, with triggers that refuse to rewrite history.
 */
export async function createAuditTable(db: QueryExecutorProvider): Promise<void> {
  await sql`CREATE TABLE IF NOT EXISTS audit_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    type TEXT NOT NULL,
    operator_id TEXT,
    user_id TEXT,
    username TEXT,
    code TEXT,
    event TEXT NOT NULL
  )`.execute(db)
  await sql`CREATE INDEX IF NOT EXISTS audit_events_by_user ON audit_events (user_id, seq)`.execute(
    db,
  )
  await sql`CREATE TRIGGER IF NOT EXISTS audit_events_unchanged BEFORE UPDATE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit events are not changed'); END`.execute(db)
  await sql`CREATE TRIGGER IF NOT EXISTS audit_events_kept BEFORE DELETE ON audit_events
    BEGIN SELECT RAISE(ABORT, 'audit events are not deleted'); END`.execute(db)
}
