import type { AuditEvent } from '@force-reset/core'
import type { Kysely } from 'kysely'
import { dialectOf } from '../dialect/dialect-of.ts'
import { type ApplicationEvent, rowOfApplicationEvent, rowOfAuditEvent } from './audit-row.ts'
import { auditTable } from './audit-table.ts'
import { insertInto, refuseTransaction, run } from './own-table.ts'

/**
 * An audit trail in the same database. The sink inserts and commits one row for each event before
 * its promise resolves. `sqlAuditMigration` makes the table, and triggers that refuse to change it.
 *
 * The sink also takes events of the application's own: {@link ApplicationEvent}. Read the table
 * with Kysely as {@link SqlAuditTable}.
 *
 * Give the application's database user SELECT and INSERT on the table, and neither UPDATE nor
 * DELETE. The owner of the table can drop the triggers.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a transaction in place of a database: it could
 *   be rolled back, and the event with it. The sink also throws this error for an event of the
 *   application's own whose type is malformed.
 * @throws {StoreError} when the database did not take the row.
 * @example
 * const audit = sqlAudit(db)
 * const config = { store, authorize, audit }
 * await audit({ type: 'operator.signed_in', at: new Date().toISOString(), operatorId: 'kim' })
 */
export function sqlAudit<DB>(
  db: Kysely<DB>,
): (event: AuditEvent | ApplicationEvent) => Promise<void> {
  refuseTransaction('sqlAudit', db)
  const dialect = dialectOf(db)
  return async (event) => {
    const row =
      'schema' in event ? rowOfAuditEvent(dialect, event) : rowOfApplicationEvent(dialect, event)
    await run(db, insertInto(auditTable, row))
  }
}
