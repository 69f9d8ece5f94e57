import { type QueryExecutorProvider, sql } from 'kysely'
import { ConfigurationError } from '../settings/configuration-error.ts'
import type { UsersTable } from '../settings/users-table.ts'

/** What the trail is read and written by. */
const auditColumns = ['seq', 'at', 'type', 'operator_id', 'user_id', 'username', 'code', 'event']

/**
 * Compares the configuration with the database, at the start and not at the first reset.
 *
 * @throws {ConfigurationError} Names the table or the columns that are missing.
 */
export async function checkUsersTable(db: QueryExecutorProvider, table: UsersTable): Promise<void> {
  const { columns, status, privileged, sessions } = table
  const expected = [
    ...Object.values(columns),
    status.column,
    ...(privileged === 'none' ? [] : [privileged.column]),
  ]
  await expectColumns(db, table.table, expected)
  if (sessions) await expectColumns(db, sessions.table, [sessions.userId])
}

/** @throws {ConfigurationError} There is a table of that name which is not the trail's. */
export async function checkAuditTable(db: QueryExecutorProvider): Promise<void> {
  await expectColumns(db, 'audit_events', auditColumns)
}

async function expectColumns(
  db: QueryExecutorProvider,
  table: string,
  expected: readonly string[],
): Promise<void> {
  const { rows } = await sql<{
    readonly name: string
  }>`SELECT name FROM pragma_table_info(${table})`.execute(db)
  if (rows.length === 0) throw new ConfigurationError(`The database has no table "${table}".`)
  const present = new Set(rows.map((row) => row.name.toLowerCase()))
  const missing = expected.filter((name) => !present.has(name.toLowerCase()))
  if (missing.length === 0) return
  throw new ConfigurationError(
    `The table "${table}" has no column ${missing.map((name) => `"${name}"`).join(', ')}. CONSOLE_CONFIG says what its columns are called.`,
  )
}
