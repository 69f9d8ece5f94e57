import { type SqlAuditTable, sqlAuditMigration } from '@force-reset/adapter-sql'
import { type Kysely, type QueryExecutorProvider, sql } from 'kysely'
import { ConfigurationError } from '../settings/configuration-error.ts'
import type { AuditDatabase } from './audit-trail.ts'

const table = 'force_reset_audit' satisfies keyof AuditDatabase

/** Triggers that `sqlAuditMigration` makes beside the table. */
const triggers = ['force_reset_audit_unchanged', 'force_reset_audit_kept']

/** A trigger of the table that a console before this one made. */
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
 * @returns What the console can start with, but should be seen to; a line each.
 * @throws {ConfigurationError} There is a table of that name which is not the trail's.
 */
export async function prepareAuditTable(db: Kysely<AuditDatabase>): Promise<readonly string[]> {
  const present = await names(db, sql`SELECT name FROM pragma_table_info(${table})`)
  const missing = Object.keys(columns).filter((name) => !present.has(name))
  if (present.size === 0)
    await db
      .transaction()
      .execute(async (transaction) => await sqlAuditMigration.up<AuditDatabase>(transaction))
  else if (missing.length > 0)
    throw new ConfigurationError(
      `The table "${table}" has no column ${missing.map((name) => `"${name}"`).join(', ')}, ` +
        'so it is not the table of the audit trail. Rename it.',
    )
  const found = await names(db, sql`SELECT name FROM sqlite_schema WHERE type = 'trigger'`)
  return [
    ...(triggers.every((name) => found.has(name))
      ? []
      : [
          `The table "${table}" can be changed: its triggers are missing. ` +
            'Create them as docs/sql.md shows.',
        ]),
    ...(found.has(formerTrigger)
      ? [
          'The table "audit_events" holds the audit trail of an earlier console. It stays as it ' +
            `is, and this console does not show it: new events go to "${table}".`,
        ]
      : []),
  ]
}

async function names(
  db: QueryExecutorProvider,
  statement: ReturnType<typeof sql<{ readonly name: string }>>,
): Promise<ReadonlySet<string>> {
  const { rows } = await statement.execute(db)
  return new Set(rows.map(({ name }) => name))
}
