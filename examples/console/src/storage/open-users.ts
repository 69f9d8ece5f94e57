import { ldapUserStore } from '@force-reset/adapter-ldap'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import type { UserStore } from '@force-reset/core'
import { Kysely } from 'kysely'
import type { AuditDatabase } from '../audit/audit-trail.ts'
import { readSetting } from '../settings/configuration-error.ts'
import { parseUsersTable } from '../settings/parse-users-table.ts'
import type { UsersSource } from '../settings/users-source.ts'
import { defaultUsersTable, sampleUsersTable, type UsersTable } from '../settings/users-table.ts'
import { checkDirectory } from './check-directory.ts'
import { directoryOptions } from './directory-options.ts'
import { openAuditDatabase, openDatabase } from './open-database.ts'
import { type AnyTables, sqlUsers } from './sql-users.ts'

/** The users, and the database with the audit trail. Both may be in one database. */
export interface OpenUsers {
  readonly db: Kysely<AuditDatabase>
  readonly store: UserStore
  /** The table of users; a directory has none. */
  readonly table: UsersTable | undefined
  /**
   * @returns Problems with which the console can start, a line each.
   * @throws {ConfigurationError} The users are not as the configuration says.
   */
  check(): Promise<readonly string[]>
  close(): Promise<void>
}

/**
 * Opens what the settings name.
 *
 * @throws {ConfigurationError} A file is missing, or does not hold what it has to.
 */
export function openUsers(source: UsersSource, secret: string): OpenUsers {
  switch (source.in) {
    case 'samples':
      return usersInTable(undefined, sampleUsersTable, secret)
    case 'database': {
      const { path, tableConfigPath } = source
      return usersInTable(
        path,
        tableConfigPath === undefined
          ? defaultUsersTable
          : parseUsersTable(readSetting('CONSOLE_CONFIG', tableConfigPath).toString('utf8')),
        secret,
      )
    }
    case 'directory': {
      const options = directoryOptions(source.directory)
      const store = ldapUserStore(options)
      const db = new Kysely<AuditDatabase>({
        dialect: sqliteDialect(openAuditDatabase(source.directory.auditPath)),
      })
      const close = async () => {
        store.close()
        await db.destroy()
      }
      return { db, store, table: undefined, check: () => checkDirectory(store, options), close }
    }
    default:
      return source satisfies never
  }
}

function usersInTable(path: string | undefined, table: UsersTable, secret: string): OpenUsers {
  const db = new Kysely<AuditDatabase>({ dialect: sqliteDialect(openDatabase(path)) })
  const { store, check } = sqlUsers(db.$extendTables<AnyTables>(), table, secret)
  return { db, store, table, check, close: () => db.destroy() }
}
