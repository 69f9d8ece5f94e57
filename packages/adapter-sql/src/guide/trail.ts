import { type SqlAuditTable, sqlAudit } from '@force-reset/adapter-sql'
import type { Database } from './database.ts'

export async function operatorSignedIn(db: Database, operatorId: string, address: string) {
  const audit = sqlAudit(db)
  await audit({
    type: 'operator.signed_in',
    at: new Date().toISOString(),
    operatorId,
    source: { address },
  })
}

/** Newest first. `before` is the `event_number` of the last event that was read. */
export function eventsOf(db: Database, userId: string, before?: number | string) {
  return db
    .$extendTables<{ force_reset_audit: SqlAuditTable }>()
    .selectFrom('force_reset_audit')
    .selectAll()
    .where('user_id', '=', userId)
    .$if(before !== undefined, (query) => query.where('event_number', '<', before ?? 0))
    .orderBy('event_number', 'desc')
    .limit(50)
    .execute()
}
