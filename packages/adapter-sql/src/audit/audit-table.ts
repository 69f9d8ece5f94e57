import type { ColumnType } from 'kysely'

/** The table of the trail; `sqlAuditMigration` makes it. */
export const auditTable = 'force_reset_audit'

/** The column that numbers the rows. */
export const auditNumber = 'event_number' satisfies keyof SqlAuditTable

/** A column that an application reads, and that only `sqlAudit` writes. */
type ReadOnly<T> = ColumnType<T, never, never>

/**
 * A row of the table `force_reset_audit`, for Kysely's schema of the database. Applications read
 * the table; only `sqlAudit` writes it.
 *
 * @example
 * interface Tables {
 *   force_reset_audit: SqlAuditTable
 * }
 * const newest = await db
 *   .selectFrom('force_reset_audit')
 *   .selectAll()
 *   .orderBy('event_number', 'desc')
 *   .limit(50)
 *   .execute()
 */
export interface SqlAuditTable {
  /** Counts up. Text from drivers that read `bigint` as text, such as `pg`. */
  readonly event_number: ReadOnly<number | string>
  /** Different for each event. */
  readonly event_id: ReadOnly<string>
  /** `AuditEvent.schema`; null for an event of the application's own. */
  readonly schema_version: ReadOnly<number | null>
  /** Text on SQLite: ISO 8601, UTC. */
  readonly happened_at: ReadOnly<Date | string>
  readonly event_type: ReadOnly<string>
  /** Null for an event of the application's own, as are `reset_id`, `mark` and `receipt`. */
  readonly event_action: ReadOnly<string | null>
  readonly reset_id: ReadOnly<string | null>
  readonly operator_id: ReadOnly<string | null>
  readonly store: ReadOnly<string | null>
  readonly user_id: ReadOnly<string | null>
  readonly username: ReadOnly<string | null>
  readonly account_status: ReadOnly<string | null>
  readonly code: ReadOnly<string | null>
  readonly reason: ReadOnly<string | null>
  readonly correlation_id: ReadOnly<string | null>
  readonly source_address: ReadOnly<string | null>
  readonly source_user_agent: ReadOnly<string | null>
  readonly source_request_id: ReadOnly<string | null>
  readonly mark: ReadOnly<string | null>
  /** The receipt as JSON, of `reset.applied` only. */
  readonly receipt: ReadOnly<string | null>
  /**
   * `ApplicationEvent.details` as JSON. Of an event of the library: the facts without a column of
   * their own, which are `claims`, `per`, `limit`, `windowSeconds` and `count`.
   */
  readonly details: ReadOnly<string | null>
}

/** A row before the database has numbered it. */
export type AuditRow = Readonly<Record<Exclude<keyof SqlAuditTable, 'event_number'>, unknown>>
