// Processor time of the store's own for one reset, on SQLite in memory:
// npm run bench -- sql-own
import { DatabaseSync } from 'node:sqlite'
import { type SqlUserStore, sqlUserStore } from '@force-reset/adapter-sql'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import { type CompiledQuery, Kysely } from 'kysely'
import { foundIn, written } from '../../packages/adapter-sql/src/fixtures/reset-in.ts'
import { sqliteUsersOptions } from '../../packages/adapter-sql/src/fixtures/sqlite-users.ts'
import type { AnyTables } from '../../packages/adapter-sql/src/options/any-database.ts'
import { line, mediansOf, processorTime } from '../medians.ts'

const amount = { rounds: 11, batch: 300 }

const table = `CREATE TABLE users (id TEXT PRIMARY KEY, username TEXT, email TEXT,
  display_name TEXT, status TEXT, password_hash TEXT,
  must_change_password INTEGER, password_expires_at TEXT, updated_at TEXT)`

const database = new DatabaseSync(':memory:')
database.exec(
  `${table}; INSERT INTO users (id, username, status, password_hash) VALUES ('1', 'ada', ` +
    `'active', 'x')`,
)
// The hash is always the same, so that the identical statements find and change the row each time.
const options = { ...sqliteUsersOptions, hasher: () => 'x' }
const dialect = sqliteDialect(database)
const resetIn = async (store: SqlUserStore): Promise<void> => {
  const outcome = await written(await foundIn(store, '1'))
  if (outcome.outcome !== 'applied') throw new Error(outcome.outcome)
}
const sent: CompiledQuery[] = []
await resetIn(
  sqlUserStore(
    new Kysely<AnyTables>({ dialect, log: ({ query }) => void sent.push(query) }),
    options,
  ),
)

const db = new Kysely<AnyTables>({ dialect })
const store = sqlUserStore(db, options)
const bare = async (): Promise<void> => {
  for (const query of sent) await db.executeQuery(query)
}
const kinds = {
  'a reset': () => resetIn(store),
  'its statements alone': bare,
  'its statements again': bare,
}
const medians = await mediansOf(kinds, processorTime, amount)
line(
  `Processor time of one, medians of ${amount.rounds} rounds of ${amount.batch} each; ` +
    `${sent.length} statements:`,
)
for (const [kind, microseconds] of Object.entries(medians))
  line(`  ${kind}: ${microseconds.toFixed(1)} µs`)
const own = medians['a reset'] - medians['its statements alone']
line(`  so the store's own: ${own.toFixed(1)} µs (aim: 150)`)
