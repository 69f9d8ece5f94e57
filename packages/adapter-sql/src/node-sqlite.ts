import type { DatabaseSync, SQLInputValue, SQLOutputValue } from 'node:sqlite'
import { SqliteDialect } from 'kysely'
import { WatchedSqliteAdapter } from './dialect/sqlite.ts'

/**
 * Kysely's SQLite dialect on Node's own `node:sqlite`, so that an embedded database needs no native
 * build.
 *
 * A whole number is read as a number, and as a bigint where a number would be rounded.
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
        // With numbers Node throws at a number beyond 2^53, after the statement has changed its
        // rows. The number can be in a row of RETURNING. From Node 26 on, the connection's last row
        // id counts too.
        statement.setReadBigInts(true)
        return {
          // A statement with columns answers rows; the others are only run.
          reader: statement.columns().length > 0,
          all: (parameters) => statement.all(...bound(parameters)).map(withNumbers),
          run: (parameters) => statement.run(...bound(parameters)),
          *iterate(parameters) {
            for (const row of statement.iterate(...bound(parameters))) yield withNumbers(row)
          },
        }
      },
    },
  })
  return Object.assign(dialect, {
    createAdapter: () => new WatchedSqliteAdapter(() => database.isTransaction),
  })
}

/** Kysely hands on every value. These are the values that SQLite takes. */
function bound(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === undefined || value === null) return null
    if (
      typeof value === 'string' ||
      typeof value === 'number' ||
      typeof value === 'bigint' ||
      value instanceof Uint8Array
    )
      return value
    throw new TypeError(`SQLite cannot store a value of type ${typeof value}`)
  })
}

/** The row, whose whole numbers are bigints only where a number would be rounded. */
function withNumbers(row: Record<string, SQLOutputValue>): Record<string, SQLOutputValue> {
  for (const [name, value] of Object.entries(row)) {
    if (typeof value !== 'bigint') continue
    const number = Number(value)
    if (Number.isSafeInteger(number)) row[name] = number
  }
  return row
}
