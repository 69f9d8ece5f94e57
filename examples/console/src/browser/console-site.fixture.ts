import { fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import { Kysely } from 'kysely'
import { createSampleDatabase, type KnownUser } from '../demo/sample-database.ts'
import { type RecordingProxy, startRecordingProxy } from './recording-proxy.fixture.ts'

/** A console in a process of its own, on a database file, behind a proxy that records. */
export interface ConsoleSite {
  readonly origin: string
  readonly operator: { readonly username: string; readonly password: string }
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

const operator = { username: 'operator', password: 'only for the tests of this console' }

/** Starts it. */
export async function startConsoleSite(): Promise<ConsoleSite> {
  const folder = mkdtempSync(join(tmpdir(), 'console-site-'))
  const file = join(folder, 'users.db')
  const user = await createUsers(file)
  const output = openSync(join(folder, 'output.log'), 'w')
  const child = fork(fileURLToPath(new URL('./console-process.fixture.ts', import.meta.url)), {
    execArgv: ['--conditions=@force-reset/source'],
    env: { DATABASE_URL: file, OPERATOR_USERNAME: operator.username, OPERATOR_PASSWORD: operator.password, PORT: '0' },
    stdio: ['ignore', output, output, 'ipc'],
  })
  closeSync(output)
  const [origin]: unknown[] = await once(child, 'message')
  const proxy = await startRecordingProxy(String(origin))
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
    valueOf: (statement, ...parameters) => Object.values(database.prepare(statement).get(...parameters) ?? {})[0],
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

/** The sample accounts, with a write-ahead log beside the file, so that there is a journal to search. */
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
