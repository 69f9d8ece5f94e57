import { DatabaseSync } from 'node:sqlite'
import { type CompiledQuery, Kysely } from 'kysely'
import { expect, it } from 'vitest'
import type { AnyTables } from './any-database.ts'
import { commandFor, userIn } from './fixtures/reset-in.ts'
import { sqliteUsersOptions } from './fixtures/sqlite-users.ts'
import { sqliteDialect } from './node-sqlite.ts'
import { type SqlUserStore, sqlUserStore } from './sql-user-store.ts'

const table = `CREATE TABLE users (id TEXT PRIMARY KEY, username TEXT, email TEXT, display_name TEXT, status TEXT, password_hash TEXT,
  must_change_password INTEGER, password_expires_at TEXT, updated_at TEXT)`

/** Microseconds of processor time of one, over so many. */
async function microseconds(rounds: number, work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  for (let i = 0; i < rounds; i += 1) await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / rounds
}

it('a reset costs the store at most 150 microseconds of processor time beside its hash and its two statements', async () => {
  const database = new DatabaseSync(':memory:')
  database.exec(`${table}; INSERT INTO users (id, username, status, password_hash) VALUES ('1', 'ada', 'active', 'x')`)
  const sent: CompiledQuery[] = []
  const options = { ...sqliteUsersOptions, hasher: () => 'x' }
  const dialect = sqliteDialect(database)
  const reset = async (store: SqlUserStore) => {
    const outcome = await store.replacePassword(commandFor(await userIn(store, '1')))
    if (outcome.outcome !== 'applied') throw new Error(outcome.outcome)
  }
  await reset(sqlUserStore(new Kysely<AnyTables>({ dialect, log: ({ query }) => void sent.push(query) }), options))
  expect(sent).toHaveLength(2)

  const db = new Kysely<AnyTables>({ dialect })
  const store = sqlUserStore(db, options)
  // The hash is always the same, so that the identical statements find and change the row each time.
  const bare = async () => {
    for (const query of sent) await db.executeQuery(query)
  }
  await microseconds(1_000, () => reset(store))
  await microseconds(1_000, bare)
  const runs: (readonly [reset: number, bare: number])[] = []
  for (let run = 0; run < 11; run += 1) runs.push([await microseconds(300, () => reset(store)), await microseconds(300, bare)])
  // The least of each: what else runs on the machine only ever adds, through the caches that it shares.
  const own = Math.min(...runs.map(([whole]) => whole)) - Math.min(...runs.map(([, part]) => part))
  process.stdout.write(`one reset: ${own.toFixed(0)} µs of processor time of the store's own\n`)
  expect(own).toBeGreaterThan(0)
  expect(own).toBeLessThan(150)
})
