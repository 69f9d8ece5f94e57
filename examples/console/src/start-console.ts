import { readFileSync } from 'node:fs'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import { generateTemporaryPassword } from '@force-reset/core'
import { Kysely } from 'kysely'
import { type AuditDatabase, createAuditTable } from './audit-trail.ts'
import { checkAuditTable, checkUsersTable } from './check-columns.ts'
import { createConsole } from './console.ts'
import { createSampleDatabase, type KnownUser } from './demo/sample-database.ts'
import { type Listening, listen } from './listen.ts'
import { openDatabase } from './open-database.ts'
import type { OperatorCredentials } from './operator/credentials.ts'
import { parseUsersTable } from './parse-users-table.ts'
import type { Settings } from './settings.ts'
import { type AnyTables, usersStore } from './users-store.ts'
import { defaultUsersTable } from './users-table.ts'

/** A console that runs. */
export interface RunningConsole {
  /** `http://127.0.0.1:3000` */
  readonly origin: string
  /** Operator's credentials that were made up for this run, and the sample user whose password is known. */
  readonly demo: { readonly operator: OperatorCredentials | undefined; readonly user: KnownUser } | undefined
  /** Finishes what is under way, then closes the database. */
  close(): Promise<void>
}

/**
 * Opens the database, checks it, and listens.
 *
 * @throws {ConfigurationError} The database or the configuration file is not as it has to be.
 */
export async function startConsole(
  settings: Settings,
  surroundings: { readonly log: (line: string) => void; readonly now?: () => number },
): Promise<RunningConsole> {
  const tls = settings.tls && { cert: readFileSync(settings.tls.certPath), key: readFileSync(settings.tls.keyPath) }
  const demo = settings.databasePath === undefined
  const table =
    settings.tableConfigPath === undefined || demo ? defaultUsersTable : parseUsersTable(readFileSync(settings.tableConfigPath, 'utf8'))
  const dialect = sqliteDialect(openDatabase(settings.databasePath))
  const db = new Kysely<AuditDatabase>({ dialect })
  const operator = settings.operator === 'random' ? randomOperator() : settings.operator
  let listening: Listening
  let user: KnownUser | undefined
  try {
    // Switched off means off: not even a table is created in somebody's database.
    user = demo ? await createSampleDatabase(db) : undefined
    if (operator) {
      await checkUsersTable(db, table)
      await createAuditTable(db)
      await checkAuditTable(db)
    }
    const handler = await createConsole({
      ...settings,
      ...surroundings,
      db,
      table,
      store: usersStore(db.$extendTables<AnyTables>(), table),
      operator,
      demo,
      secure: tls !== undefined || settings.trustProxy,
    })
    listening = await listen(handler, { host: settings.host, port: settings.port, tls })
  } catch (error) {
    await db.destroy()
    throw error
  }
  return {
    origin: listening.origin,
    demo: user && { user, operator: settings.operator === 'random' ? operator : undefined },
    async close() {
      await listening.close()
      await db.destroy()
    },
  }
}

function randomOperator(): OperatorCredentials {
  return { username: 'operator', password: generateTemporaryPassword().reveal() }
}
