// Lists and searches of a million accounts, with the indexes of docs/sql.md: npm run bench --
// sql-rows
import { DatabaseSync } from 'node:sqlite'
import { noPrivilegedUsers, type SqlUserStore, sqlUserStore } from '@force-reset/adapter-sql'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import { startMariaDb, startPostgres } from '@force-reset/testing'
import { Kysely, MysqlDialect, PostgresDialect, sql } from 'kysely'
import mysql from 'mysql2'
import pg from 'pg'
import type { AnyDatabase, AnyTables } from '../../packages/adapter-sql/src/options/any-database.ts'
import { line, median } from '../medians.ts'

const rows = 1_000_000
const limit = 50
const times = 15

/**
 * Names without order, made the same way in every database:
 * `a1b2c3d4@example.com`; and one in 25 near the end of the list: `yvonne.a1b2c3d4@example.com`.
 */
const shape = (text: string, moment: string) =>
  `CREATE TABLE users (id bigint PRIMARY KEY, email ${text} NOT NULL, full_name ${text} NOT ` +
  `NULL, status ${text} NOT NULL, password_hash ${text}, password_expires_at ${moment})`

function storeOn(db: AnyDatabase): SqlUserStore {
  return sqlUserStore(db, {
    table: 'users',
    privileged: noPrivilegedUsers,
    hasher: () => 'x',
    timeoutMs: 60_000,
    columns: {
      id: 'id',
      username: 'email',
      displayName: 'full_name',
      passwordHash: 'password_hash',
      expiresAt: 'password_expires_at',
    },
    status: { column: 'status', active: ['active'], suspended: ['suspended'] },
  })
}

/** `limitMs`: for pages and for searches of three characters or more. */
async function measure(name: string, db: AnyDatabase, limitMs?: number): Promise<void> {
  const store = storeOn(db)
  const page = await store.list({ limit })
  const { rows: last } = await sql<{ email: string; id: string }>`SELECT email, id FROM users
    ORDER BY email, id LIMIT 1 OFFSET ${sql.lit(9_999 * limit - 1)}`.execute(db)
  const cursor = Buffer.from(JSON.stringify([last[0]?.email, String(last[0]?.id)])).toString(
    'base64url',
  )
  const one = page.users[25]?.username ?? ''
  const queries = {
    'first page': {},
    'page 10,000 by key': { cursor },
    'part of one name': { search: one.slice(0, 8) },
    'part of many names': { search: 'person 12' },
    'part of a few names': { search: one.slice(2, 6) },
    'part of every name': { search: 'EXAMPLE' },
    'part of no name': { search: 'nobody-has-this' },
  }
  const beyond = {
    'name of one in 25, who stand together at the end': { search: 'yvonne' },
    'two characters of no name': { search: 'zq' },
    'suspended only': { statuses: ['suspended'] as const },
  }
  line(
    `${name}, ${rows.toLocaleString('en')} accounts, pages of ${limit}, median of ${times} after ` +
      'one:',
  )
  for (const [title, query] of Object.entries({ ...queries, ...beyond })) {
    const taken: number[] = []
    let found = 0
    for (let i = 0; i <= times; i += 1) {
      const start = performance.now()
      found = (await store.list({ limit, ...query })).users.length
      if (i > 0) taken.push(performance.now() - start)
    }
    const ms = median(taken)
    const late = limitMs !== undefined && title in queries && !(ms <= limitMs)
    if (late) process.exitCode = 1
    line(
      `  ${title}: ${ms.toFixed(1)} ms (${found} users)${late ? `, MORE THAN ${limitMs} ms` : ''}`,
    )
  }
  const start = performance.now()
  for (let i = 0; i < 100; i += 1) await store.find(String(1 + i * 9_999))
  line(`  one account by id: ${((performance.now() - start) / 100).toFixed(2)} ms`)
}

/**
 * Bytes that this process holds after many pages and searches, and that it held at most in between.
 */
async function memoryOf(db: AnyDatabase): Promise<string> {
  const store = storeOn(db)
  let cursor: string | undefined
  let most = 0
  for (let i = 0; i < 400; i += 1) {
    cursor = (await store.list({ limit: 200, cursor })).nextCursor
    await store.list({ limit: 200, search: `person ${i % 10}` })
    most = Math.max(most, process.memoryUsage().rss)
  }
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1)
  return (
    `${mib(heapUsed + external)} MiB in use after 400 pages and 400 searches, at most ` +
    `${mib(most)} MiB resident`
  )
}

async function onPostgres(): Promise<void> {
  await using server = await startPostgres({
    settings: { shared_buffers: '128MB', maintenance_work_mem: '128MB', max_wal_size: '1GB' },
  })
  const pool = new pg.Pool({
    host: server.host,
    port: server.port,
    user: server.user,
    password: server.password,
    database: server.database,
    ssl: { ca: server.ca },
  })
  pool.on('error', () => undefined)
  const db = new Kysely<AnyTables>({ dialect: new PostgresDialect({ pool }) })
  await pool.query(shape('text', 'timestamptz'))
  await pool.query('CREATE INDEX users_email_id ON users (email, id)')
  const fill = async (from: number, to: number) => {
    await pool.query(
      `INSERT INTO users SELECT n, CASE n % 25 WHEN 0 THEN 'yvonne.' ELSE '' END || ` +
        `substr(md5(n::text), 1, 8) || '@example.com', 'Person ' || n, CASE n % 1000 WHEN 0 THEN ` +
        `'suspended' ELSE 'active' END, 'x' FROM generate_series(${from}, ${to}) n`,
    )
  }
  await fill(1, 1_000)
  await memoryOf(db)
  const small = await memoryOf(db)
  await fill(1_001, rows)
  await pool.query('CREATE INDEX users_email_part ON users USING gin (email gin_trgm_ops)')
  await pool.query('CREATE INDEX users_full_name_part ON users USING gin (full_name gin_trgm_ops)')
  await pool.query('VACUUM ANALYZE users')
  await measure('PostgreSQL', db, 20)
  line(`  memory with 1,000 accounts: ${small}`)
  line(`  memory with ${rows.toLocaleString('en')}: ${await memoryOf(db)}`)
  await db.destroy()
}

async function onMariaDb(): Promise<void> {
  await using server = await startMariaDb({
    settings: { 'innodb-buffer-pool-size': '256M', 'skip-log-bin': '' },
  })
  const pool = mysql.createPool({
    host: server.host,
    port: server.port,
    user: server.user,
    password: server.password,
    database: server.database,
    ssl: { ca: server.ca },
  })
  const db = new Kysely<AnyTables>({ dialect: new MysqlDialect({ pool }) })
  await pool.promise().query(shape('varchar(200)', 'datetime(3)'))
  await pool
    .promise()
    .query(
      `INSERT INTO users SELECT seq, concat(IF(seq % 25 = 0, 'yvonne.', ''), substr(md5(seq), 1, ` +
        `8), '@example.com'), concat('Person ', seq), IF(seq % 1000 = 0, 'suspended', 'active'), ` +
        `'x', NULL FROM seq_1_to_${rows}`,
    )
  await pool.promise().query('CREATE INDEX users_email_id ON users (email, id)')
  await pool.promise().query('ANALYZE TABLE users')
  await measure('MariaDB', db)
  await db.destroy()
}

async function onSqlite(): Promise<void> {
  const database = new DatabaseSync(':memory:')
  database.exec(shape('text', 'text'))
  database.exec(
    `WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${rows})
     INSERT INTO users SELECT n, CASE n % 25 WHEN 0 THEN 'yvonne.' ELSE '' END ||
       lower(hex(randomblob(4))) || '@example.com', 'Person ' || n, CASE n % 1000 WHEN 0 THEN
         'suspended' ELSE 'active' END, 'x', NULL FROM n`,
  )
  database.exec('CREATE INDEX users_email_id ON users (email, id); ANALYZE')
  const db = new Kysely<AnyTables>({ dialect: sqliteDialect(database) })
  await measure('SQLite in memory', db)
  await db.destroy()
}

await onPostgres()
await onMariaDb()
await onSqlite()
