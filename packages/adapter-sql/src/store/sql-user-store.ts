import type { UserStore } from '@force-reset/core'
import type { Kysely } from 'kysely'
import { accountReader } from '../account/account-reader.ts'
import { cursorOf, placeAfter } from '../account/page-cursor.ts'
import { dialectOf } from '../dialect/dialect-of.ts'
import type { AnyDatabase, AnyOptions } from '../options/any-database.ts'
import { checkOptions } from '../options/check-options.ts'
import { clearedColumns } from '../options/cleared-columns.ts'
import type { ColumnName, ColumnValue, SqlUserStoreOptions, TableName } from '../options/options.ts'
import { capabilitiesOf } from './capabilities.ts'
import { findUser } from './find-user.ts'
import { listUsers } from './list-users.ts'
import { marksWith } from './mark.ts'

/** A store on a table of users. */
export interface SqlUserStore extends UserStore {
  /**
   * The columns that the application's own change-password has to set beside the new hash.
   * Otherwise the user's own password would expire too.
   *
   * @example
   * const set = { password_hash, ...store.clearedColumns }
   * await db.updateTable('users').set(set).where('id', '=', id).execute()
   */
  readonly clearedColumns: Readonly<Record<string, ColumnValue>>
}

/**
 * Users in a SQL table, through Kysely: SQLite, PostgreSQL, MariaDB and MySQL.
 *
 * A reset is one conditional `UPDATE`. The account changes only if everything that the account was
 * judged by is still as it was seen. `ended` and `inTransaction` happen in the same transaction.
 *
 * A mark names the new and the old hash by digests with a key. With a `secret`, every process with
 * the same secret can tell what has become of a write.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work, and for a
 *   transaction in place of a database. A transaction could be rolled back after the password was
 *   shown.
 * @example
 * const store = sqlUserStore(db, {
 *   table: 'users',
 *   columns: {
 *     id: 'id',
 *     username: 'email',
 *     passwordHash: 'password_hash',
 *     mustChange: 'must_change_password',
 *     expiresAt: 'password_expires_at',
 *   },
 *   status: {
 *     column: 'state',
 *     active: ['enabled'],
 *     pending: ['invited'],
 *     suspended: ['blocked'],
 *     deleted: ['deleted'],
 *   },
 *   privileged: { column: 'role', values: ['admin', 'owner'] },
 *   hasher: argon2id(),
 * })
 */
export function sqlUserStore<
  DB,
  TB extends TableName<DB>,
  SC extends ColumnName<DB, TB>,
  PC extends ColumnName<DB, TB>,
  LC extends ColumnName<DB, TB>,
  EC extends ColumnName<DB, TB>,
>(db: Kysely<DB>, options: SqlUserStoreOptions<DB, TB, SC, PC, LC, EC>): SqlUserStore
export function sqlUserStore(db: AnyDatabase, options: AnyOptions): SqlUserStore {
  checkOptions(db, options)
  const dialect = dialectOf(db)
  const reader = accountReader(dialect, options)
  const parts = { db, dialect, options, reader, marks: marksWith(dialect, options) }
  return {
    name: 'sql',
    capabilities: capabilitiesOf(options, dialect),
    clearedColumns: clearedColumns(dialect, options),
    find: async (id) => await findUser(parts, id),
    list: async (query) => await listUsers(parts, query),
    cursorAfter: (user) => cursorOf(placeAfter(user)),
  }
}
