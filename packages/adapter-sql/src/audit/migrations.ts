import { type Kysely, type RawBuilder, sql } from 'kysely'
import { dialectOf, type SqlDialect } from '../dialect/sql-dialect.ts'
import { auditTable } from './sql-audit.ts'

/** A migration as Kysely's `Migrator` takes it. */
export interface SqlMigration {
  up<DB>(db: Kysely<DB>): Promise<void>
  down<DB>(db: Kysely<DB>): Promise<void>
}

/** What to call the columns that {@link temporaryPasswordMigration} adds, and where. */
export interface TemporaryPasswordColumns {
  readonly table: string
  /** Default `must_change_password`. */
  readonly mustChange?: string | undefined
  /** Default `password_expires_at`. */
  readonly expiresAt?: string | undefined
}

interface Types {
  readonly flag: string
  readonly moment: string
  readonly number: string
  /** After a new table: whatever the database's own default is, the trail holds every name. */
  readonly options: string
}

const types: Readonly<Record<SqlDialect['name'], Types>> = {
  postgres: {
    flag: 'boolean NOT NULL DEFAULT false',
    moment: 'timestamptz',
    number: 'bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY',
    options: '',
  },
  mysql: {
    flag: 'boolean NOT NULL DEFAULT false',
    moment: 'datetime(3)',
    number: 'bigint AUTO_INCREMENT PRIMARY KEY',
    options: 'CHARACTER SET utf8mb4',
  },
  sqlite: {
    flag: 'integer NOT NULL DEFAULT 0',
    moment: 'text',
    number: 'integer PRIMARY KEY AUTOINCREMENT',
    options: '',
  },
}

/**
 * A Kysely migration that adds the two columns of a temporary password. Existing passwords stay as
 * they are: not temporary, without an end.
 *
 * Its reverse drops them, and every temporary password that is still unused becomes an ordinary
 * one. Reset those accounts again afterwards.
 *
 * @example
 * export const { up, down } = temporaryPasswordMigration({ table: 'users' })
 */
export function temporaryPasswordMigration(columns: TemporaryPasswordColumns): SqlMigration {
  const { table, mustChange = 'must_change_password', expiresAt = 'password_expires_at' } = columns
  const alter = sql`ALTER TABLE ${sql.table(table)}`
  return {
    up: (db) => {
      const { flag, moment } = types[dialectOf(db).name]
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
 * A Kysely migration that makes the table of `sqlAudit`. Its reverse drops the table and the trail
 * with it.
 */
export const sqlAuditMigration: SqlMigration = {
  up: (db) => {
    const { moment, number, options } = types[dialectOf(db).name]
    const short = ['event_type', 'event_action', 'reset_id'].map(
      (name) => sql`${sql.ref(name)} varchar(64) NOT NULL`,
    )
    const texts = [
      'store',
      'user_id',
      'username',
      'account_status',
      'code',
      'reason',
      'correlation_id',
      'receipt',
    ]
    const columns = [
      sql`${sql.ref('event_number')} ${sql.raw(number)}`,
      sql`${sql.ref('happened_at')} ${sql.raw(moment)} NOT NULL`,
      ...short,
      sql`${sql.ref('operator_id')} text NOT NULL`,
      ...texts.map((name) => sql`${sql.ref(name)} text`),
    ]
    return runAll(db, [
      sql`CREATE TABLE ${sql.table(auditTable)} (${sql.join(columns)}) ${sql.raw(options)}`,
      sql`CREATE INDEX ${sql.ref(`${auditTable}_happened_at`)} ON ${sql.table(auditTable)} (${sql.ref('happened_at')})`,
    ])
  },
  down: (db) => runAll(db, [sql`DROP TABLE ${sql.table(auditTable)}`]),
}

async function runAll<DB>(
  db: Kysely<DB>,
  statements: readonly RawBuilder<unknown>[],
): Promise<void> {
  for (const statement of statements) await statement.execute(db)
}
