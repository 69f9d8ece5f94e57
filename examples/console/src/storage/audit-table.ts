import {
  type SqlAuditTable,
  sqlAuditMigration,
  sqlAuditReplaceMigration,
} from '@force-reset/adapter-sql'
import { type Kysely, type QueryExecutorProvider, sql } from 'kysely'
import type { AuditDatabase } from '../audit/audit-trail.ts'
import { ConfigurationError } from '../settings/configuration-error.ts'
import { administratorWords } from '../words/administrator.ts'

const words = administratorWords.tables
const table = 'force_reset_audit' satisfies keyof AuditDatabase

/** Triggers that `sqlAuditMigration` makes beside the table. */
const triggers = ['force_reset_audit_unchanged', 'force_reset_audit_kept']

/** The table of the trail in earlier consoles, and one of its triggers. */
const formerTable = 'audit_events'
const formerTrigger = 'audit_events_unchanged'

const columns: Readonly<Record<keyof SqlAuditTable, true>> = {
  event_number: true,
  event_id: true,
  schema_version: true,
  happened_at: true,
  event_type: true,
  event_action: true,
  reset_id: true,
  operator_id: true,
  store: true,
  user_id: true,
  username: true,
  account_status: true,
  code: true,
  reason: true,
  correlation_id: true,
  source_address: true,
  source_user_agent: true,
  source_request_id: true,
  mark: true,
  receipt: true,
  details: true,
}

/**
 * Makes the table of the trail where there is none, with triggers that refuse to rewrite history.
 *
 * @returns Problems with which the console can start, a line each.
 * @throws {ConfigurationError} A table of that name exists and is another one.
 */
export async function prepareAuditTable(db: Kysely<AuditDatabase>): Promise<readonly string[]> {
  const present = await names(db, sql`SELECT name FROM pragma_table_info(${table})`)
  const missing = Object.keys(columns).filter((name) => !present.has(name))
  if (present.size === 0)
    await db
      .transaction()
      .execute(async (transaction) => await sqlAuditMigration.up<AuditDatabase>(transaction))
  else if (missing.length > 0) throw new ConfigurationError(words.notTheTrail(table, missing))
  // An earlier console made the trail without these triggers.
  else await sqlAuditReplaceMigration.up<AuditDatabase>(db)
  const found = await names(db, sql`SELECT name FROM sqlite_schema WHERE type = 'trigger'`)
  return [
    ...(triggers.every((name) => found.has(name)) ? [] : [words.triggersMissing(table)]),
    ...(found.has(formerTrigger) ? [words.formerTrail(formerTable, table)] : []),
  ]
}

async function names(
  db: QueryExecutorProvider,
  statement: ReturnType<typeof sql<{ readonly name: string }>>,
): Promise<ReadonlySet<string>> {
  const { rows } = await statement.execute(db)
  return new Set(rows.map(({ name }) => name))
}
