// What a reset costs beside its hash, on PostgreSQL over TLS: npm run bench -- sql
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { noPrivilegedUsers, type SqlUserStore, sqlUserStore } from '@force-reset/adapter-sql'
import { argon2id } from '@force-reset/adapter-sql/argon2'
import { anyVersion, forceReset } from '@force-reset/core'
import { startPostgres } from '@force-reset/testing'
import { hash } from 'argon2'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { foundIn, written } from '../../packages/adapter-sql/src/fixtures/reset-in.ts'
import type { AnyTables } from '../../packages/adapter-sql/src/options/any-database.ts'
import { line, median } from '../medians.ts'

const rounds = 200
const batch = 500
const batches = 11

await using server = await startPostgres({
  sql: `CREATE TABLE users (id bigint PRIMARY KEY, username text, status text,
    password_hash text, must_change_password boolean NOT NULL DEFAULT false,
      password_expires_at timestamptz);
    INSERT INTO users SELECT n, 'user-' || n, 'active', 'x' FROM generate_series(1, 1000) n`,
})
const { host, port, user, password, database, ca } = server
const address = { host, port, user, password, database, ssl: { ca } }
const pool = new pg.Pool({ ...address, max: 1 })
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
  const result = await forceReset(config, {
    operator: { id: 'operator' },
    userId: String(id),
    version: anyVersion,
  })
  if (!result.ok) throw new Error(result.message)
  result.temporaryPassword.dispose()
}
const update =
  'UPDATE users SET password_hash = $1, must_change_password = true, password_expires_at = $2 ' +
  'WHERE id = $3'
const bare = async (stored: string, id: number): Promise<void> => {
  await pool.query(update, [stored, new Date(Date.now() + 86_400_000), id])
}
const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b)
const quantile = (values: readonly number[], q: number) =>
  sorted(values)[Math.floor(q * (values.length - 1))] ?? Number.NaN

/**
 * Microseconds of one: by this code and by the operating system for it, which is mostly the
 * network.
 */
const cpuOf = async (
  times: number,
  work: (id: number) => Promise<void>,
): Promise<Readonly<Record<'user' | 'system', number>>> => {
  const before = process.cpuUsage()
  for (let i = 0; i < times; i += 1) await work(1 + (i % 1_000))
  const { user, system } = process.cpuUsage(before)
  return { user: user / times, system: system / times }
}

// Without a hash, alternating, so that noise of the machine meets all of them. The first batches
// are left out: they compile.
const unhashed = sqlUserStore(db, { ...options, hasher: () => 'no-hash' })
const look = async (id: number): Promise<void> => {
  await pool.query('SELECT * FROM users WHERE id = $1', [id])
}
const throughCore = 'a reset through core'
const inStore = 'find, prepare and write of the store'
const bareStatements = 'a bare SELECT and UPDATE with pg'
const kinds = {
  [throughCore]: (id: number) => reset(unhashed, id),
  [inStore]: async (id: number) => {
    await written(await foundIn(unhashed, String(id)), { expiresAt: new Date() })
  },
  [bareStatements]: async (id: number) => {
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
/**
 * The least of the batches: whatever else runs on the machine only ever adds, through the caches
 * that it shares.
 */
const least = (kind: string, part: 'user' | 'system') =>
  Math.min(...(cpu.get(kind) ?? []).map((value) => value[part]))
line(`CPU of this process without a hash, least of ${batches - 4} × ${batch}, after ${4 * batch}:`)
for (const kind of cpu.keys()) {
  line(
    `  ${kind}: ${least(kind, 'user').toFixed(0)} µs, and ${least(kind, 'system').toFixed(0)} µs ` +
      'in the operating system',
  )
}
const wholeOf = (kind: string) => least(kind, 'user') + least(kind, 'system')
const ownOf = (whole: string, part: string) => `${(wholeOf(whole) - wholeOf(part)).toFixed(0)} µs`
line(
  `  so the store's own: ${ownOf(inStore, bareStatements)} (aim: 150), and core's: ` +
    `${ownOf(throughCore, inStore)}`,
)

// The bare work is done twice in each round: what differs between two identical runs is noise, and
// no smaller overhead can be seen.
const hashed = sqlUserStore(db, { ...options, hasher: argon2id() })
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const runs = ['reset', 'bare', 'bare again'] as const
const measured: Readonly<Record<(typeof runs)[number], number[]>> = {
  reset: [],
  bare: [],
  'bare again': [],
}
for (let i = -10; i < rounds; i += 1) {
  const id = 1 + ((i + 1_000) % 1_000)
  for (let turn = 0; turn < runs.length; turn += 1) {
    const run = runs[(i + 10 + turn) % runs.length] ?? 'bare'
    const start = performance.now()
    if (run === 'reset') await reset(hashed, id)
    else await bare(await hash('abcd-efgh-jkmn-pqrs', cost), id)
    if (i >= 0) measured[run].push(performance.now() - start)
  }
}
line(`Time of ${rounds} interleaved rounds, argon2id with 19 MiB and 2 passes:`)
for (const run of runs)
  line(
    `  ${run}: median ${median(measured[run]).toFixed(2)} ms, p95 ` +
      `${quantile(measured[run], 0.95).toFixed(2)} ms`,
  )
for (const run of ['reset', 'bare again'] as const) {
  const within = median(measured[run].map((ms, i) => ms - (measured.bare[i] ?? Number.NaN)))
  const apart = median(measured[run]) - median(measured.bare)
  const percent = (ms: number) =>
    `${ms.toFixed(2)} ms, ${((100 * ms) / median(measured.bare)).toFixed(1)} %`
  line(
    `  ${run} over bare: ${percent(apart)} between the medians; ${percent(within)} at the median ` +
      'within a round',
  )
}

const many = new pg.Pool({ ...address, max: 10 })
many.on('error', () => undefined)
const wide = new Kysely<AnyTables>({ dialect: new PostgresDialect({ pool: many }) })
const busy = sqlUserStore(wide, { ...options, hasher: argon2id() })
const delay = monitorEventLoopDelay({ resolution: 1 })
const start = performance.now()
delay.enable()
await Promise.all(Array.from({ length: 500 }, (_, i) => reset(busy, 1 + i)))
delay.disable()
line(
  '500 resets of 500 accounts at once, ten connections: ' +
    `${((performance.now() - start) / 1_000).toFixed(1)} s, all succeeded;`,
)
line(
  `  delay of the event loop: p99 ${(delay.percentile(99) / 1e6).toFixed(1)} ms, most ` +
    `${(delay.max / 1e6).toFixed(1)} ms`,
)
await wide.destroy()
await db.destroy()
