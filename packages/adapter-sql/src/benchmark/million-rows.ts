// Lists and searches of a million accounts, with the indexes of docs/sql.md: npm run benchmark:rows
import { DatabaseSync } from 'node:sqlite'
import { startMariaDb, startPostgres } from '@force-reset/testing'
import { Kysely, MysqlDialect, PostgresDialect } from 'kysely'
import mysql from 'mysql2'
import pg from 'pg'
import type { AnyDatabase, AnyTables } from '../any-database.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import { noPrivilegedUsers } from '../options.ts'
import { sqlUserStore } from '../sql-user-store.ts'

const rows = 1_000_000
const line = (text: string): void => void process.stdout.write(`${text}\n`)

/** Names without order, made the same way in every database: `a1b2c3d4@example.com`. */
const shape = (text: string, moment: string) =>
  `CREATE TABLE users (id bigint PRIMARY KEY, email ${text} NOT NULL, full_name ${text} NOT NULL, status ${text} NOT NULL, password_hash ${text}, password_expires_at ${moment})`

async function measure(name: string, db: AnyDatabase): Promise<void> {
  const store = sqlUserStore(db, {
    ...{ table: 'users', privileged: noPrivilegedUsers, hasher: () => 'x', timeoutMs: 60_000 },
    columns: { id: 'id', username: 'email', displayName: 'full_name', passwordHash: 'password_hash', expiresAt: 'password_expires_at' },
    status: { column: 'status', active: ['active'], suspended: ['suspended'] },
  })
  const page = await store.list({ limit: 50 })
  const deep = Buffer.from(JSON.stringify(['f0000000@example.com', '1'])).toString('base64url')
  const one = page.users[25]?.username ?? ''
  const queries = {
    'first page': { limit: 50 },
    'a page far in': { limit: 50, cursor: deep },
    'part of one name': { limit: 50, search: one.slice(0, 8) },
    'part of many names': { limit: 50, search: 'person 12' },
    'part of no name': { limit: 50, search: 'nobody-has-this' },
    'suspended only': { limit: 50, statuses: ['suspended'] as const },
  }
  line(`${name}, ${rows.toLocaleString('en')} accounts, median of 5:`)
  for (const [title, query] of Object.entries(queries)) {
    const times: number[] = []
    let found = 0
    for (let i = 0; i < 5; i += 1) {
      const start = performance.now()
      found = (await store.list(query)).users.length
      times.push(performance.now() - start)
    }
    line(`  ${title}: ${(times.toSorted((a, b) => a - b)[2] ?? Number.NaN).toFixed(1)} ms (${found} users)`)
  }
  const start = performance.now()
  for (let i = 0; i < 100; i += 1) await store.find(String(1 + i * 9_999))
  line(`  one account by id: ${((performance.now() - start) / 100).toFixed(2)} ms`)
}

async function onPostgres(): Promise<void> {
  await using server = await startPostgres({ settings: { shared_buffers: '128MB', maintenance_work_mem: '128MB', max_wal_size: '1GB' } })
  const pool = new pg.Pool({
    ...{ host: server.host, port: server.port, user: server.user, password: server.password },
    database: server.database,
    ssl: { ca: server.ca },
  })
  pool.on('error', () => undefined)
  const db = new Kysely<AnyTables>({ dialect: new PostgresDialect({ pool }) })
  await pool.query(shape('text', 'timestamptz'))
  await pool.query(
    `INSERT INTO users SELECT n, substr(md5(n::text), 1, 8) || '@example.com', 'Person ' || n, CASE n % 1000 WHEN 0 THEN 'suspended' ELSE 'active' END, 'x' FROM generate_series(1, ${rows}) n`,
  )
  await pool.query('CREATE INDEX users_email_id ON users (email, id)')
  await pool.query('CREATE INDEX users_email_part ON users USING gin (email gin_trgm_ops)')
  await pool.query('CREATE INDEX users_full_name_part ON users USING gin (full_name gin_trgm_ops)')
  await pool.query('VACUUM ANALYZE users')
  await measure('PostgreSQL', db)
  await db.destroy()
}

async function onMariaDb(): Promise<void> {
  await using server = await startMariaDb({ settings: { 'innodb-buffer-pool-size': '256M', 'skip-log-bin': '' } })
  const pool = mysql.createPool({
    ...{ host: server.host, port: server.port, user: server.user, password: server.password },
    database: server.database,
    ssl: { ca: server.ca },
  })
  const db = new Kysely<AnyTables>({ dialect: new MysqlDialect({ pool }) })
  await pool.promise().query(shape('varchar(200)', 'datetime(3)'))
  await pool
    .promise()
    .query(
      `INSERT INTO users SELECT seq, concat(substr(md5(seq), 1, 8), '@example.com'), concat('Person ', seq), IF(seq % 1000 = 0, 'suspended', 'active'), 'x', NULL FROM seq_1_to_${rows}`,
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
     INSERT INTO users SELECT n, lower(hex(randomblob(4))) || '@example.com', 'Person ' || n, CASE n % 1000 WHEN 0 THEN 'suspended' ELSE 'active' END, 'x', NULL FROM n`,
  )
  database.exec('CREATE INDEX users_email_id ON users (email, id); ANALYZE')
  const db = new Kysely<AnyTables>({ dialect: sqliteDialect(database) })
  await measure('SQLite in memory', db)
  await db.destroy()
}

await onPostgres()
await onMariaDb()
await onSqlite()
