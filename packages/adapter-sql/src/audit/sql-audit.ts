import { type AuditEvent, ForceResetError } from '@force-reset/core'
import { type Kysely, sql } from 'kysely'
import { dialectOf } from '../dialect/sql-dialect.ts'

/** The table of {@link sqlAudit}; `sqlAuditMigration` makes it. */
export const auditTable = 'force_reset_audit'

/**
 * An audit trail in the same database: one row for each event, inserted and committed before the
 * promise resolves. The migration is `sqlAuditMigration`.
 *
 * Give the application's database user INSERT on the table and neither UPDATE nor DELETE, and the
 * trail can only grow.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a transaction in place of a database: it could
 *   be rolled back, and the event with it.
 * @example
 * const config = { store, authorize, audit: sqlAudit(db) }
 */
export function sqlAudit<DB>(db: Kysely<DB>): (event: AuditEvent) => Promise<void> {
  if (db?.isTransaction === true) {
    throw new ForceResetError(
      'ERR_INVALID_CONFIG',
      'sqlAudit: db is a transaction, which could be rolled back. Pass the database',
    )
  }
  const dialect = dialectOf(db)
  return async (event) => {
    const {
      type,
      action,
      at,
      resetId,
      operatorId,
      store,
      userId,
      username,
      status,
      code,
      reason,
      correlationId,
      receipt,
    } = event
    // Field by field: whatever else the event holds at run time is not stored.
    const row = {
      ...{
        happened_at: dialect.moment(new Date(at)),
        event_type: type,
        event_action: action,
        reset_id: resetId,
        operator_id: operatorId,
      },
      ...{
        store: store ?? null,
        user_id: userId ?? null,
        username: username ?? null,
        account_status: status ?? null,
        code: code ?? null,
      },
      ...{
        reason: reason ?? null,
        correlation_id: correlationId ?? null,
        receipt: receipt ? receiptText(receipt) : null,
      },
    }
    const names = sql.join(Object.keys(row).map((name) => sql.ref(name)))
    await sql`INSERT INTO ${sql.table(auditTable)} (${names}) VALUES (${sql.join(Object.values(row))})`.execute(
      db,
    )
  }
}

function receiptText(receipt: NonNullable<AuditEvent['receipt']>): string {
  const { mustChange, expiresAt, unlocked, sessionsRevoked, endpoint, survives, unreadRules } =
    receipt
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
