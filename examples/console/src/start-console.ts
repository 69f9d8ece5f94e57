import { readFileSync } from 'node:fs'
import { createAuditTable } from './audit-trail.ts'
import { checkAuditTable } from './check-columns.ts'
import { createConsole } from './console.ts'
import { createSampleDatabase, type KnownUser } from './demo/sample-database.ts'
import { type Listening, listen } from './listen.ts'
import { openUsers } from './open-users.ts'
import type { OperatorCredentials } from './operator/credentials.ts'
import { randomOperator } from './operator/random-operator.ts'
import type { Settings } from './settings.ts'

/** A console that runs. */
export interface RunningConsole {
  /** `http://127.0.0.1:3000` */
  readonly origin: string
  /** Operator's credentials that were made up for this run, and the sample user whose password is known. */
  readonly demo: { readonly operator: OperatorCredentials | undefined; readonly user: KnownUser } | undefined
  /** Finishes what is under way, then closes the database and the connection to the directory. */
  close(): Promise<void>
}

/**
 * Opens the database or the directory, checks it, and listens.
 *
 * @throws {ConfigurationError} The users or the configuration file are not as they have to be.
 */
export async function startConsole(
  settings: Settings,
  surroundings: { readonly log: (line: string) => void; readonly now?: () => number },
): Promise<RunningConsole> {
  const tls = settings.tls && { cert: readFileSync(settings.tls.certPath), key: readFileSync(settings.tls.keyPath) }
  const samples = settings.users.in === 'samples'
  const users = openUsers(settings.users)
  const { db } = users
  const operator = settings.operator === 'random' ? randomOperator() : settings.operator
  let listening: Listening
  let user: KnownUser | undefined
  try {
    // Switched off means off: not even a table is created in somebody's database.
    user = samples ? await createSampleDatabase(db) : undefined
    if (operator) {
      await users.check()
      await createAuditTable(db)
      await checkAuditTable(db)
    }
    const handler = await createConsole({
      ...settings,
      ...surroundings,
      ...{ db, store: users.store, table: users.table, operator },
      demo: samples,
      secure: tls !== undefined || settings.trustProxy,
    })
    listening = await listen(handler, { host: settings.host, port: settings.port, tls })
  } catch (error) {
    await users.close()
    throw error
  }
  return {
    origin: listening.origin,
    demo: user && { user, operator: settings.operator === 'random' ? operator : undefined },
    async close() {
      await listening.close()
      await users.close()
    },
  }
}
