import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { Database, Tables } from './database.ts'

export function openPostgres(connectionString: string, ca: string): Database {
  const pool = new pg.Pool({
    connectionString,
    ssl: { ca, rejectUnauthorized: true },
    connectionTimeoutMillis: 5_000,
    // Shorter than timeoutMs of the store, so that the database gives up first, and says so.
    statement_timeout: 8_000,
    lock_timeout: 3_000,
  })
  // Without these listeners, a lost connection ends the process. The pool hears of a lost idle
  // connection, and the client of a lost connection in use.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => void client.on('error', () => undefined))
  return new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
}
