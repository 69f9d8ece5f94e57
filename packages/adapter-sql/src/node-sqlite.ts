import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { SqliteDialect } from 'kysely'
import { WatchedSqliteAdapter } from './open-transaction.ts'

/**
 * Kysely's SQLite dialect on Node's own `node:sqlite`, so that an embedded database needs no native build.
 *
 * @example
 * const db = new Kysely<Database>({ dialect: sqliteDialect(new DatabaseSync('users.db')) })
 */
export function sqliteDialect(database: DatabaseSync): SqliteDialect {
  const dialect = new SqliteDialect({
    database: {
      close: () => database.close(),
      prepare: (text) => {
        const statement = database.prepare(text)
        return {
          // A statement with columns answers rows; the others are only run.
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...bound(parameters)),
          run: (parameters) => statement.run(...bound(parameters)),
          iterate: (parameters) => statement.iterate(...bound(parameters)),
        }
      },
    },
  })
  return Object.assign(dialect, { createAdapter: () => new WatchedSqliteAdapter(() => database.isTransaction) })
}

/** Kysely hands on whatever it was given; this is the list of what SQLite takes. */
function bound(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === undefined || value === null) return null
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || value instanceof Uint8Array) return value
    throw new TypeError(`SQLite cannot store a value of type ${typeof value}`)
  })
}
