import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import { Kysely } from 'kysely'
import { createSampleDatabase, type KnownUser } from '../demo/sample-database.ts'
import type { OperatorCredentials } from '../settings/operator-credentials.ts'
import type { UsersTable } from '../settings/users-table.ts'
import { forkConsole } from './fork-console.fixture.ts'
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.fixture.ts'

/** Where a console is, and who signs in to it. */
export interface ConsoleAddress {
  readonly origin: string
  readonly operator: OperatorCredentials
}

/** A console in a process of its own, on a database file, behind a proxy that records. */
export interface ConsoleSite extends ConsoleAddress {
  readonly user: KnownUser
  readonly proxy: RecordingProxy
  /** Holds the database, its journal, and what the process printed. */
  readonly folder: string
  /** Puts the console's clock forward. */
  pass(milliseconds: number): Promise<void>
  /** One value out of the database. */
  valueOf(statement: string, ...parameters: readonly string[]): unknown
  close(): Promise<void>
}

/** Who signs in to the consoles of tests. */
export const operator: OperatorCredentials = {
  username: 'operator',
  password: 'only for the tests of this console',
}

/**
 * Starts a console with its database and its proxy.
 *
 * @param table - What CONSOLE_CONFIG says of the table of users. Default: there is no such file.
 */
export async function startConsoleSite(table?: Partial<UsersTable>): Promise<ConsoleSite> {
  const folder = mkdtempSync(join(tmpdir(), 'console-site-'))
  const file = join(folder, 'users.db')
  const user = await createUsers(file)
  const config = join(folder, 'table.json')
  if (table) writeFileSync(config, JSON.stringify(table))
  const { child, origin } = await forkConsole(folder, operator, {
    DATABASE_URL: file,
    ...(table ? { CONSOLE_CONFIG: config } : {}),
  })
  const proxy = await startRecordingProxy(origin)
  const database = new DatabaseSync(file, { readOnly: true })
  return {
    origin: proxy.origin,
    operator,
    user,
    proxy,
    folder,
    async pass(milliseconds) {
      const moved = once(child, 'message')
      child.send(milliseconds)
      await moved
    },
    valueOf: (statement, ...parameters) =>
      Object.values(database.prepare(statement).get(...parameters) ?? {})[0],
    async close() {
      database.close()
      await proxy.close()
      const ended = once(child, 'exit')
      child.send('close')
      await ended
      rmSync(folder, { recursive: true })
    },
  }
}

/**
 * The sample accounts, with a write-ahead log beside the file, so that there is a journal to
 * search.
 */
async function createUsers(file: string): Promise<KnownUser> {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA journal_mode = WAL')
  const db = new Kysely<unknown>({ dialect: sqliteDialect(database) })
  try {
    return await createSampleDatabase(db)
  } finally {
    await db.destroy()
  }
}
