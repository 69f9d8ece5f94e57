import { type ApplicationEvent, type SqlAuditTable, sqlAudit } from '@force-reset/adapter-sql'
import type { AuditEvent } from '@force-reset/core'
import { type Kysely, type Selectable, sql } from 'kysely'

/** The database as the trail sees it. */
export interface AuditDatabase {
  readonly force_reset_audit: SqlAuditTable
}

/** What happens in the console beside resets. */
export type ConsoleEventType =
  | 'operator.signed_in'
  | 'operator.sign_in_failed'
  | 'operator.sign_in_stopped'
  | 'operator.signed_out'
  | 'user.password_chosen'

/**
 * An event of the console's own. The event never holds what was typed: people type passwords into
 * the field for the name. A failed sign-in names nobody but a known operator.
 */
export interface ConsoleEvent extends ApplicationEvent {
  readonly type: ConsoleEventType
}

/** One line of the trail as it is stored. */
export type AuditLine = Selectable<SqlAuditTable>

/** One page of the trail, newest first. */
export interface AuditPage {
  readonly lines: readonly AuditLine[]
  /** Where the next page starts, when there is one. */
  readonly before: AuditLine['event_number'] | undefined
}

/** Which events a page holds: those that match everything that is given. */
interface AuditFilter {
  /** Only events before this number. */
  readonly before?: number | undefined
  /** A part of a user name, or an id. */
  readonly account?: string
  readonly operator?: string
  readonly event?: string | undefined
  readonly day?: { readonly from: Date; readonly until: Date } | undefined
}

/** The newest reset of one account that happened, or may have. */
export interface LastReset {
  readonly at: Date
  readonly operatorId: string
  /** `false`: nobody knows whether the reset happened. */
  readonly certain: boolean
}

/** The audit trail of the console. */
export interface AuditTrail {
  /** Resolves once the event is on disk. */
  append(event: AuditEvent | ConsoleEvent): Promise<void>
  page(filter: AuditFilter): Promise<AuditPage>
  lastReset(userId: string): Promise<LastReset | undefined>
}

const pageSize = 50

/** The types of events after which the password may be another one. */
const resets: readonly AuditEvent['type'][] = [
  'reset.applied',
  'reset.unknown',
  'reset.applied_unused',
]
/** The types of events after which a reset of unknown outcome is none. */
const noResets: readonly AuditEvent['type'][] = ['reset.not_applied', 'reset.overtaken']

/** The trail in the table that `prepareAuditTable` makes. */
export function auditTrail(db: Kysely<AuditDatabase>): AuditTrail {
  return {
    append: sqlAudit(db),
    async page(filter) {
      const lines = await db
        .selectFrom('force_reset_audit')
        .selectAll()
        .where((line) => line.and(conditionsOf(filter)))
        .orderBy('event_number', 'desc')
        .limit(pageSize + 1)
        .execute()
      return {
        lines: lines.slice(0, pageSize),
        before: lines.length > pageSize ? lines[pageSize - 1]?.event_number : undefined,
      }
    },
    async lastReset(userId) {
      const line = await db
        .selectFrom('force_reset_audit')
        .select(['happened_at', 'event_type', 'operator_id'])
        .where('user_id', '=', userId)
        .where('event_type', 'in', resets)
        .where((line) =>
          line.not(
            line.exists(
              line
                .selectFrom('force_reset_audit as later')
                .select('later.event_number')
                .whereRef('later.reset_id', '=', 'force_reset_audit.reset_id')
                .where('later.event_type', 'in', noResets),
            ),
          ),
        )
        .orderBy('event_number', 'desc')
        .limit(1)
        .executeTakeFirst()
      return (
        line && {
          at: new Date(line.happened_at),
          operatorId: line.operator_id ?? '',
          certain: line.event_type !== 'reset.unknown',
        }
      )
    },
  }
}

function conditionsOf({ before, account, operator, event, day }: AuditFilter) {
  const holds = (column: string, text: string) =>
    sql<boolean>`instr(lower(${sql.ref(column)}), lower(${text})) > 0`
  return [
    ...(before === undefined ? [] : [sql<boolean>`event_number < ${before}`]),
    ...(account ? [sql<boolean>`(user_id = ${account} OR ${holds('username', account)})`] : []),
    ...(operator ? [holds('operator_id', operator)] : []),
    ...(event === undefined ? [] : [sql<boolean>`event_type = ${event}`]),
    // The moments of the trail are text in ISO 8601, UTC, whose order is that of the moments.
    ...(day === undefined
      ? []
      : [
          sql<boolean>`happened_at >= ${day.from.toISOString()}`,
          sql<boolean>`happened_at < ${day.until.toISOString()}`,
        ]),
  ]
}
