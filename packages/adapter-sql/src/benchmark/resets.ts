// What a reset costs beside its hash, on PostgreSQL over TLS: npm run benchmark
import { anyVersion, forceReset } from '@force-reset/core'
import { startPostgres } from '@force-reset/testing'
import { hash } from 'argon2'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { AnyTables } from '../any-database.ts'
import { argon2id } from '../argon2.ts'
import { noPrivilegedUsers } from '../options.ts'
import { type SqlUserStore, sqlUserStore } from '../sql-user-store.ts'

const pairs = 200
const batch = 500
const batches = 11

await using server = await startPostgres({
  sql: `CREATE TABLE users (id bigint PRIMARY KEY, username text, status text, password_hash text, must_change_password boolean NOT NULL DEFAULT false,
      password_expires_at timestamptz);
    INSERT INTO users SELECT n, 'user-' || n, 'active', 'x' FROM generate_series(1, 1000) n`,
})
const pool = new pg.Pool({
  ...{ host: server.host, port: server.port, user: server.user, password: server.password },
  database: server.database,
  ssl: { ca: server.ca },
  max: 1,
})
pool.on('error', () => undefined)
const db = new Kysely<AnyTables>({ dialect: new PostgresDialect({ pool }) })
const options = {
  table: 'users',
  columns: {
    id: 'id',
    username: 'username',
    passwordHash: 'password_hash',
    mustChange: 'must_change_password',
    expiresAt: 'password_expires_at',
  },
  status: { column: 'status', active: ['active'] },
  privileged: noPrivilegedUsers,
} as const

const reset = async (store: SqlUserStore, id: number): Promise<void> => {
  const config = { store, authorize: () => true, audit: () => undefined }
  const result = await forceReset(config, { operator: { id: 'operator' }, userId: String(id), version: anyVersion })
  if (!result.ok) throw new Error(result.message)
  result.temporaryPassword.dispose()
}
const update = 'UPDATE users SET password_hash = $1, must_change_password = true, password_expires_at = $2 WHERE id = $3'
const bare = async (stored: string, id: number): Promise<void> => {
  await pool.query(update, [stored, new Date(Date.now() + 86_400_000), id])
}
const line = (text: string): void => void process.stdout.write(`${text}\n`)
const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b)
const quantile = (values: readonly number[], q: number) => sorted(values)[Math.floor(q * (values.length - 1))] ?? Number.NaN

/** Microseconds of one: by this code and by the operating system for it, which is mostly the network. */
const cpuOf = async (rounds: number, work: (id: number) => Promise<void>): Promise<Readonly<Record<'user' | 'system', number>>> => {
  const before = process.cpuUsage()
  for (let i = 0; i < rounds; i += 1) await work(1 + (i % 1_000))
  const { user, system } = process.cpuUsage(before)
  return { user: user / rounds, system: system / rounds }
}

// Without a hash, alternating, so that noise of the machine meets all of them. The first batches are left out: they compile.
const unhashed = sqlUserStore(db, { ...options, hasher: () => 'no-hash' })
const look = async (id: number): Promise<void> => {
  await pool.query('SELECT * FROM users WHERE id = $1', [id])
}
const kinds = {
  'a reset through core': (id: number) => reset(unhashed, id),
  'find and replacePassword of the store': async (id: number) => {
    const user = await unhashed.find(String(id))
    if (user === undefined) throw new Error('Nobody is there')
    const password = { use: async <T>(fn: (bytes: Uint8Array<ArrayBuffer>) => T | PromiseLike<T>) => await fn(new Uint8Array(19)) }
    await unhashed.replacePassword({ resetId: 'r', user, password, eligible: ['active'], mustChange: true, expiresAt: new Date() })
  },
  'a bare SELECT and UPDATE with pg': async (id: number) => {
    await look(id)
    await bare('no-hash', id)
  },
}
const cpu = new Map<string, Awaited<ReturnType<typeof cpuOf>>[]>()
for (let i = 0; i < batches; i += 1) {
  for (const [kind, work] of Object.entries(kinds)) {
    const value = await cpuOf(batch, work)
    if (i >= 4) cpu.set(kind, [...(cpu.get(kind) ?? []), value])
  }
}
line(`CPU of this process without a hash, median of ${batches - 4} × ${batch}, after ${4 * batch}:`)
for (const [kind, values] of cpu) {
  const [user, system] = (['user', 'system'] as const).map((part) =>
    quantile(
      values.map((value) => value[part]),
      0.5,
    ).toFixed(0),
  )
  line(`  ${kind}: ${user} µs, and ${system} µs in the operating system`)
}

const hashed = sqlUserStore(db, { ...options, hasher: argon2id() })
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const measured = { reset: [] as number[], bare: [] as number[] }
for (let i = -10; i < pairs; i += 1) {
  const id = 1 + ((i + 1_000) % 1_000)
  for (const kind of i % 2 === 0 ? (['reset', 'bare'] as const) : (['bare', 'reset'] as const)) {
    const start = performance.now()
    if (kind === 'reset') await reset(hashed, id)
    else await bare(await hash('abcd-efgh-jkmn-pqrs', cost), id)
    if (i >= 0) measured[kind].push(performance.now() - start)
  }
}
const differences = measured.reset.map((ms, i) => ms - (measured.bare[i] ?? Number.NaN))
line(`Time of ${pairs} interleaved pairs, argon2id with 19 MiB and 2 passes:`)
for (const kind of ['reset', 'bare'] as const)
  line(`  ${kind}: median ${quantile(measured[kind], 0.5).toFixed(2)} ms, p95 ${quantile(measured[kind], 0.95).toFixed(2)} ms`)
line(`  difference within a pair: median ${quantile(differences, 0.5).toFixed(2)} ms`)
await db.destroy()
