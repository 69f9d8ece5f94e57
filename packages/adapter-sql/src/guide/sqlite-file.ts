import { DatabaseSync } from 'node:sqlite'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import { Kysely } from 'kysely'
import type { Database, Tables } from './database.ts'

export function openSqlite(path: string): Database {
  const file = new DatabaseSync(path)
  // Milliseconds to wait for another connection that writes. By default nobody waits.
  file.exec('PRAGMA busy_timeout = 5000')
  return new Kysely<Tables>({ dialect: sqliteDialect(file) })
}
