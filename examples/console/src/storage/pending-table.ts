import { sqlPendingResetsMigration } from '@force-reset/adapter-sql'
import { type Kysely, sql } from 'kysely'

/**
 * Makes the table of resets under way where there is none, beside the audit trail. The table of an
 * earlier console is given the column that it lacks.
 */
export async function preparePendingTable<DB>(db: Kysely<DB>): Promise<void> {
  const columns = await columnsOf(db)
  if (columns.includes('throwaway_mark')) return
  try {
    await db.transaction().execute(async (transaction) => {
      if (columns.length === 0) return sqlPendingResetsMigration.up(transaction)
      await sql`ALTER TABLE force_reset_pending ADD COLUMN throwaway_mark text`.execute(transaction)
    })
  } catch (error) {
    // Another console that starts at the same moment may have been first.
    if (!(await columnsOf(db)).includes('throwaway_mark')) throw error
  }
}

async function columnsOf<DB>(db: Kysely<DB>): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly name: string }>`
    SELECT name FROM pragma_table_info('force_reset_pending')
  `.execute(db)
  return rows.map(({ name }) => name)
}
