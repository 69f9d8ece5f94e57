import { type Kysely, type RawBuilder, sql } from 'kysely'
import { dialectOf } from '../dialect/dialect-of.ts'
import type { DdlDialect } from '../dialect/sql-dialect.ts'
import { auditNumber, auditTable, type SqlAuditTable } from './audit-table.ts'
import { type PendingColumn, pendingTable } from './pending-table.ts'

/** A migration as Kysely's `Migrator` takes it. */
export interface SqlMigration {
  up<DB>(db: Kysely<DB>): Promise<void>
  down<DB>(db: Kysely<DB>): Promise<void>
}

/** The table and the names of the columns that {@link temporaryPasswordMigration} adds. */
export interface TemporaryPasswordColumns {
  readonly table: string
  /** Default `must_change_password`. */
  readonly mustChange?: string | undefined
  /** Default `password_expires_at`. */
  readonly expiresAt?: string | undefined
}

/**
 * A Kysely migration that adds the two columns of a temporary password. Existing passwords stay as
 * they are: not temporary, without an end.
 *
 * The reverse drops the columns, and every unused temporary password becomes an ordinary password.
 * Reset those accounts again afterwards.
 *
 * @example
 * export const { up, down } = temporaryPasswordMigration({ table: 'users' })
 */
export function temporaryPasswordMigration(columns: TemporaryPasswordColumns): SqlMigration {
  const { table, mustChange = 'must_change_password', expiresAt = 'password_expires_at' } = columns
  const alter = sql`ALTER TABLE ${sql.table(table)}`
  return {
    up: (db) => {
      const { flag, moment } = dialectOf(db).ddl
      // One statement for each column: SQLite adds one at a time.
      return runAll(db, [
        sql`${alter} ADD COLUMN ${sql.ref(mustChange)} ${sql.raw(flag)}`,
        sql`${alter} ADD COLUMN ${sql.ref(expiresAt)} ${sql.raw(moment)} NULL`,
      ])
    },
    down: (db) =>
      runAll(db, [
        sql`${alter} DROP COLUMN ${sql.ref(expiresAt)}`,
        sql`${alter} DROP COLUMN ${sql.ref(mustChange)}`,
      ]),
  }
}

/**
 * A Kysely migration that makes the table of `sqlAudit`: with two indexes, and with triggers that
 * refuse UPDATE, DELETE and REPLACE (PostgreSQL: TRUNCATE too).
 *
 * MariaDB and MySQL with a binary log take triggers from an administrator only, unless the server
 * runs with `log_bin_trust_function_creators`. The migration then fails and leaves no table. Use
 * {@link sqlAuditMigrationWithoutTriggers} there, and have the administrator add the triggers.
 *
 * The reverse drops the triggers, the table and the trail.
 *
 * @example
 * export const { up, down } = sqlAuditMigration
 */
export const sqlAuditMigration: SqlMigration = {
  up: async (db) => {
    await sqlAuditMigrationWithoutTriggers.up(db)
    try {
      await runAll(db, dialectOf(db).ddl.appendOnly(auditTable).up)
      await sqlAuditReplaceMigration.up(db)
    } catch (error) {
      // MariaDB and MySQL undo no CREATE TABLE. Elsewhere a transaction has failed, and does.
      await sqlAuditMigrationWithoutTriggers.down(db).catch(() => undefined)
      throw error
    }
  },
  down: async (db) => {
    await runAll(db, dialectOf(db).ddl.appendOnly(auditTable).down)
    await sqlAuditMigrationWithoutTriggers.down(db)
  },
}

/**
 * A Kysely migration for a trail that an earlier {@link sqlAuditMigration} made on SQLite: there
 * `INSERT OR REPLACE` rewrote a row, and no trigger fired. It adds the triggers that refuse this,
 * and changes nothing where they are. PostgreSQL, MariaDB and MySQL need none.
 *
 * The reverse drops the triggers.
 *
 * @example
 * export const { up, down } = sqlAuditReplaceMigration
 */
export const sqlAuditReplaceMigration: SqlMigration = {
  up: (db) => runAll(db, replaceTriggers(db).up),
  down: (db) => runAll(db, replaceTriggers(db).down),
}

function replaceTriggers<DB>(db: Kysely<DB>) {
  return dialectOf(db).ddl.neverReplaced(auditTable, auditNumber)
}

/**
 * {@link sqlAuditMigration} without the triggers.
 *
 * **A warning:** every user of the database with UPDATE or DELETE on the table can then rewrite the
 * trail by mistake.
 *
 * @example
 * export const { up, down } = sqlAuditMigrationWithoutTriggers
 */
export const sqlAuditMigrationWithoutTriggers: SqlMigration = {
  up: (db) => {
    const { ddl } = dialectOf(db)
    return runAll(db, [
      createTable(auditTable, auditColumns(ddl), ddl),
      createIndex(auditTable, 'happened_at', [sql.ref('happened_at')]),
      createIndex(auditTable, 'by_user', [ddl.indexed('user_id'), sql.ref('event_number')]),
    ])
  },
  down: (db) => runAll(db, [sql`DROP TABLE ${sql.table(auditTable)}`]),
}

/**
 * A Kysely migration that makes the table of `sqlPendingResets`. Its reverse drops the table:
 * nothing then ends the temporary passwords that the table named.
 *
 * @example
 * export const { up, down } = sqlPendingResetsMigration
 */
export const sqlPendingResetsMigration: SqlMigration = {
  up: (db) => {
    const { ddl } = dialectOf(db)
    return runAll(db, [
      createTable(pendingTable, pendingColumns(ddl), ddl),
      createIndex(pendingTable, 'attempted_at', [sql.ref('attempted_at_ms')]),
    ])
  },
  down: (db) => runAll(db, [sql`DROP TABLE ${sql.table(pendingTable)}`]),
}

function auditColumns({
  number,
  moment,
}: DdlDialect): Readonly<Record<keyof SqlAuditTable, string>> {
  const short = 'varchar(64)'
  return {
    event_number: number,
    event_id: `${short} NOT NULL`,
    schema_version: 'integer',
    happened_at: `${moment} NOT NULL`,
    event_type: `${short} NOT NULL`,
    event_action: short,
    reset_id: short,
    operator_id: 'text',
    store: 'text',
    user_id: 'text',
    username: 'text',
    account_status: 'text',
    code: 'text',
    reason: 'text',
    correlation_id: 'text',
    source_address: 'text',
    source_user_agent: 'text',
    source_request_id: 'text',
    mark: 'text',
    receipt: 'text',
    details: 'text',
  }
}

function pendingColumns({ key }: DdlDialect): Readonly<Record<PendingColumn, string>> {
  return {
    reset_id: `${key} NOT NULL PRIMARY KEY`,
    store: 'text NOT NULL',
    scope: 'text NOT NULL',
    user_id: 'text NOT NULL',
    operator_id: 'text NOT NULL',
    attempted_at_ms: 'bigint NOT NULL',
    mark: 'text NOT NULL',
    state: 'varchar(16) NOT NULL',
    expires_at_ms: 'bigint',
    throwaway_mark: 'text',
    claimed_until_ms: 'bigint',
  }
}

function createTable(
  table: string,
  columns: Readonly<Record<string, string>>,
  { options }: DdlDialect,
): RawBuilder<unknown> {
  const parts = Object.entries(columns).map(
    ([name, type]) => sql`${sql.ref(name)} ${sql.raw(type)}`,
  )
  return sql`CREATE TABLE ${sql.table(table)} (${sql.join(parts)}) ${sql.raw(options)}`
}

function createIndex(
  table: string,
  name: string,
  parts: readonly RawBuilder<unknown>[],
): RawBuilder<unknown> {
  const index = sql.ref(`${table}_${name}`)
  return sql`CREATE INDEX ${index} ON ${sql.table(table)} (${sql.join(parts)})`
}

async function runAll<DB>(
  db: Kysely<DB>,
  statements: readonly RawBuilder<unknown>[],
): Promise<void> {
  for (const statement of statements) await statement.execute(db)
}
