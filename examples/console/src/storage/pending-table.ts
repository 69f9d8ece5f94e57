import { sqlPendingResetsMigration } from '@force-reset/adapter-sql'
import { type Kysely, sql } from 'kysely'

/** Makes the table of resets under way where there is none, beside the audit trail. */
export async function preparePendingTable<DB>(db: Kysely<DB>): Promise<void> {
  const { rows } = await sql`
    SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'force_reset_pending'
  `.execute(db)
  if (rows.length === 0)
    await db.transaction().execute(async (transaction) => {
      await sqlPendingResetsMigration.up(transaction)
    })
}
