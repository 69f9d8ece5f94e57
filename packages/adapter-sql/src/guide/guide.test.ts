import { randomBytes, scryptSync } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { DatabaseSync } from 'node:sqlite'
import { forceReset, noPrivilegedUsers } from '@force-reset/core'
import {
  type PostgresServer,
  startMariaDb,
  startPgBouncer,
  startPostgres,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { Kysely, MysqlDialect, PostgresDialect, sql } from 'kysely'
import { createPool } from 'mysql2'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlAuditMigration, temporaryPasswordMigration } from '../audit/migrations.ts'
import { foundIn, orderedPassword, userIn, written } from '../fixtures/reset-in.ts'
import { mariaDbGrant } from '../fixtures/server-databases.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyOptions, AnyTables } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'
import { start } from './check.ts'
import type { Database, Tables } from './database.ts'
import { signs } from './elsewhere.ts'
import { type WithTokens, withTokens } from './ended.ts'
import { storeWithOutbox } from './outbox.ts'
import { openPostgres } from './postgres-pool.ts'
import { byColumn, byFunction } from './reasons.ts'
import { reset, resetConfig } from './reset.ts'
import { changePassword, signIn } from './sign-in.ts'
import { openSqlite } from './sqlite-file.ts'
import { tenantConfig } from './tenants.ts'
import { usersOptions, usersStore } from './users-store.ts'

const here = new URL('.', import.meta.url)

describe('the guide', () => {
  it('shows code that is compiled and run here, to the letter, and all of it', async () => {
    const text = await readFile(new URL('../../../../docs/sql.md', here), 'utf8')
    const shown = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
    const files = (await readdir(here)).filter((name) => !name.endsWith('.test.ts'))
    const written = await Promise.all(files.map((name) => readFile(new URL(name, here), 'utf8')))
    expect(shown.toSorted()).toEqual(written.toSorted())
  })
})

describe('the tokens of the guide', () => {
  it('end with the old password, with a salt in a column of its own', async () => {
    const db = new Kysely<WithTokens>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
    for (const text of [
      `CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT, active INTEGER, password_hash TEXT,
        password_salt TEXT, remember_token TEXT, reset_password_token TEXT,
        security_stamp TEXT NOT NULL, updated_at TEXT)`,
      'CREATE TABLE web_sessions (user_id INTEGER)',
      'CREATE TABLE refresh_tokens (user_id INTEGER)',
      "INSERT INTO users VALUES (1, 'ada', 1, 'old', 'salt', 'remember', 'link', 'stamp', 'then')",
      'INSERT INTO web_sessions VALUES (1)',
      'INSERT INTO refresh_tokens VALUES (1), (1)',
    ])
      await sql.raw(text).execute(db)
    const store = sqlUserStore(db, withTokens)
    const outcome = await written(await foundIn(store, '1'))
    const survives = ['api_keys', 'in_flight_sign_ins']
    expect(outcome).toMatchObject({ receipt: { sessionsRevoked: 1, survives } })
    const user = await db.selectFrom('users').selectAll().executeTakeFirstOrThrow()
    expect(user).toMatchObject({ remember_token: null, reset_password_token: null })
    expect(user.security_stamp).not.toBe('stamp')
    expect(Date.parse(user.updated_at)).toBeGreaterThan(0)
    const key = scryptSync(orderedPassword, user.password_salt, 32).toString('hex')
    expect(user.password_hash === key).toBe(true)
    expect(await db.selectFrom('refresh_tokens').selectAll().execute()).toEqual([])
    await db.destroy()
  })
})

const helpdesk = { id: 'kim', roles: ['helpdesk'] }

/**
 * The tables before the guide, in the SQL that each database understands; `key` is the type of the
 * id.
 */
async function createTables(db: Database, key: string): Promise<void> {
  await sql`CREATE TABLE users (id ${sql.raw(key)} PRIMARY KEY, tenant_id int NOT NULL,
    email text NOT NULL, full_name text, state text NOT NULL, role text NOT NULL,
    password_hash text, failed_logins int NOT NULL DEFAULT 0)`.execute(db)
  await sql`CREATE TABLE sessions (token text, user_id int)`.execute(db)
  await sql`CREATE TABLE outbox (topic text, user_id text)`.execute(db)
  await sql`INSERT INTO users (tenant_id, email, state, role) VALUES (1, 'ada@example.com',
    'enabled', 'member'), (2, 'bob@example.com', 'enabled', 'member')`.execute(db)
}

/** All the steps of the guide, in its order. */
async function follow(db: Database): Promise<void> {
  const warned: string[] = []
  const log = (warning: string) => void warned.push(warning)
  await expect(start(db, log)).rejects.toThrow('users.must_change_password')
  await temporaryPasswordMigration({ table: 'users' }).up(db)
  await sqlAuditMigration.up(db)
  await start(db, log)
  expect(warned).toEqual([])
  const config = resetConfig(db)
  const seen = await userIn(usersStore(db), '1')
  const temporary = await reset(config, helpdesk, seen)
  expect(await signIn(db, 'ada@example.com', temporary)).toBe('change_password')
  expect(await signIn(db, 'ada@example.com', 'wrong')).toBe('refused')
  await changePassword(db, 1, 'a password of my own')
  expect(await signIn(db, 'ada@example.com', temporary)).toBe('refused')
  expect(await signIn(db, 'ada@example.com', 'a password of my own')).toBe('open')
  expect(await reset(config, { id: 'lee', roles: [] }, seen)).toContain('may not')
  expect((await sql`SELECT event_type FROM force_reset_audit`.execute(db)).rows).toHaveLength(3)
  const expired = await reset(config, helpdesk, await userIn(usersStore(db), '1'))
  await sql`UPDATE users SET password_expires_at = '2020-01-02T03:04:05'`.execute(db)
  expect(await signIn(db, 'ada@example.com', expired)).toBe('expired')
}

describe('the guide, on SQLite', () => {
  it('leads from a bare table to a reset, a sign-in and a password of one’s own', async () => {
    const db = openSqlite(':memory:')
    await createTables(db, 'integer')
    await follow(db)
    await db.destroy()
  })

  it('tells why an account is refused, by a column and by a function', async () => {
    const db: Database = new Kysely<Tables>({
      dialect: sqliteDialect(new DatabaseSync(':memory:')),
    })
    await createTables(db, 'integer')
    await temporaryPasswordMigration({ table: 'users' }).up(db)
    await sql`UPDATE users SET state = 'blocked' WHERE id = 1`.execute(db)
    for (const status of [byColumn, byFunction]) {
      const store = sqlUserStore(db, { ...usersOptions, status })
      expect((await userIn(store, '1')).statusReason).toBe('blocked')
      expect((await userIn(store, '2')).statusReason).toBeUndefined()
    }
    await db.destroy()
  })

  it('refuses who signs in elsewhere, by each of the signs', async () => {
    const db = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
    await sql`CREATE TABLE users (id integer, provider text, password_hash text)`.execute(db)
    await sql`CREATE TABLE identities (user_id integer, issuer text)`.execute(db)
    await sql`INSERT INTO users VALUES (1, 'saml', NULL), (2, NULL, NULL)`.execute(db)
    await sql`INSERT INTO identities VALUES (1, 'saml')`.execute(db)
    for (const signsInElsewhere of signs) {
      const store = sqlUserStore(db, {
        table: 'users',
        columns: { id: 'id', username: 'id', passwordHash: 'password_hash' },
        status: { columns: ['id'], of: () => 'active' },
        privileged: noPrivilegedUsers,
        hasher: () => 'a-hash',
        signsInElsewhere,
      } as AnyOptions)
      expect(await written(await foundIn(store, '1'))).toMatchObject({
        outcome: 'refused',
        detail: { key: 'no_password' },
      })
      expect((await userIn(store, '2')).statusReason).toBeUndefined()
    }
    await db.destroy()
  })
})

describeWithServer('mariadb', 'the guide, on MariaDB', () => {
  it('leads from a bare table to a reset, a sign-in and a password of one’s own', async () => {
    await using server = await startMariaDb()
    await server.query(mariaDbGrant)
    const { host, port, user, password, database, ca } = server
    const pool = createPool({ host, port, user, password, database, ssl: { ca }, timezone: 'Z' })
    const db: Database = new Kysely<Tables>({ dialect: new MysqlDialect({ pool }) })
    await createTables(db, 'int AUTO_INCREMENT')
    await follow(db)
    await db.destroy()
  })
})

describeWithServer(['postgres', 'pgbouncer'], 'the guide, on PostgreSQL', () => {
  let server: PostgresServer
  let db: Database
  beforeAll(async () => {
    server = await startPostgres()
    db = openPostgres(server.url, server.ca)
    await createTables(db, 'serial')
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.stop()
  })

  it('leads from a bare table to a reset, a sign-in and a password of one’s own', async () => {
    await follow(db)
  })

  it('reaches PostgreSQL through PgBouncer with the timeouts of the user', async () => {
    await using bouncer = await startPgBouncer(server)
    const refused = openPostgres(bouncer.url, bouncer.ca)
    await expect(usersStore(refused).find('1')).rejects.toThrow(
      expect.objectContaining({ code: 'store_unavailable' }),
    )
    expect(await bouncer.log()).toContain('unsupported startup parameter')
    await refused.destroy()
    await sql`ALTER ROLE app SET lock_timeout = '50ms'`.execute(db)
    const pool = new pg.Pool({ connectionString: bouncer.url, ssl: { ca: bouncer.ca } })
    const through = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
    const store = usersStore(through)
    const found = await foundIn(store, '1')
    await db.transaction().execute(async (trx) => {
      await sql`SELECT 1 FROM users FOR UPDATE`.execute(trx)
      expect(await written(found)).toMatchObject({
        outcome: 'refused',
        code: 'busy',
        detail: { key: 'row_locked' },
      })
    })
    expect(await written(found)).toMatchObject({ outcome: 'applied' })
    await through.destroy()
  })

  it('keeps tenants apart, and writes the outbox in the same transaction', async () => {
    const { store } = tenantConfig(db, randomBytes(32).toString('hex'))
    if (typeof store !== 'function') throw new Error('The store has to be chosen by operator')
    expect(await (await store({ id: 'kim', tenantId: 1 })).find('2')).toBeUndefined()
    expect((await (await store({ id: 'kim', tenantId: 2 })).find('2'))?.user.username).toBe(
      'bob@example.com',
    )
    const withOutbox = storeWithOutbox(db)
    const config = { store: withOutbox, authorize: () => true, audit: () => undefined }
    const { version } = await userIn(withOutbox, '2')
    expect((await forceReset(config, { operator: helpdesk, userId: '2', version })).ok).toBe(true)
    expect(await written(await foundIn(withOutbox, '2'), { purpose: 'expire' })).toMatchObject({
      outcome: 'applied',
    })
    expect((await sql`SELECT * FROM outbox`.execute(db)).rows).toEqual([
      { topic: 'password-reset by kim', user_id: '2' },
      { topic: 'password-expired', user_id: '2' },
    ])
  })
})
