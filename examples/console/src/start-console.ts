import type { RequestListener } from 'node:http'
import { createConsole, switchedOff } from './console.ts'
import { createSampleDatabase, type KnownUser } from './demo/sample-database.ts'
import { type OperatorCredentials, randomOperator } from './settings/operator-credentials.ts'
import type { Settings } from './settings/settings.ts'
import type { UsersTable } from './settings/users-table.ts'
import { prepareAuditTable } from './storage/audit-table.ts'
import { openUsers } from './storage/open-users.ts'
import { preparePendingTable } from './storage/pending-table.ts'
import { secretIn } from './storage/secret-file.ts'
import { listen } from './web/listen.ts'
import { readTlsFiles, watchTlsFiles } from './web/tls-files.ts'

/** A console that runs. */
export interface RunningConsole {
  /** `http://127.0.0.1:3000` */
  readonly origin: string
  /**
   * The operator's credentials where they were made up for this run, and the sample user with a
   * known password.
   */
  readonly demo:
    | { readonly operator: OperatorCredentials | undefined; readonly user: KnownUser }
    | undefined
  /** The table of users; a directory has none. */
  readonly table: UsersTable | undefined
  /** Finishes what is under way, then closes the database and the connection to the directory. */
  close(): Promise<void>
}

/**
 * Opens the database or the directory, checks what was opened, and listens.
 *
 * @throws {ConfigurationError} The users or the configuration file are not as they have to be.
 */
export async function startConsole(
  settings: Settings,
  surroundings: {
    readonly log: (line: string) => void
    readonly now?: () => number
    /** How often the TLS files are looked at, in milliseconds. Default 5,000. */
    readonly intervalMs?: number
  },
): Promise<RunningConsole> {
  const tls = settings.tls && readTlsFiles(settings.tls)
  const serve = async (handler: RequestListener) => {
    const server = await listen(handler, { host: settings.host, port: settings.port, tls })
    const unwatch =
      settings.tls && tls && watchTlsFiles(settings.tls, { server, used: tls, ...surroundings })
    const close = async () => {
      unwatch?.()
      await server.close()
    }
    return { origin: server.origin, close }
  }
  const secure = tls !== undefined || settings.trustProxy
  const operator = settings.operator === 'random' ? randomOperator() : settings.operator
  // A console that is switched off opens nothing, and creates no table in somebody's database.
  if (operator === undefined)
    return { ...(await serve(switchedOff({ secure }))), demo: undefined, table: undefined }
  const secret = secretIn(settings.secretPath)
  const users = openUsers(settings.users, secret)
  const { db, store, table } = users
  try {
    const user = settings.users.in === 'samples' ? await createSampleDatabase(db) : undefined
    for (const warning of await users.check()) surroundings.log(warning)
    for (const warning of await prepareAuditTable(db)) surroundings.log(warning)
    await preparePendingTable(db)
    const { handler, closeOpenResets } = await createConsole({
      ...settings,
      ...surroundings,
      db,
      store,
      table,
      operator,
      demo: settings.operator === 'random',
      secure,
      secret,
    })
    const { origin, close } = await serve(handler)
    const endLooks = closeOpenResets()
    return {
      origin,
      table,
      demo: user && { user, operator: settings.operator === 'random' ? operator : undefined },
      async close() {
        await close()
        await endLooks()
        await users.close()
      },
    }
  } catch (error) {
    await users.close()
    throw error
  }
}
