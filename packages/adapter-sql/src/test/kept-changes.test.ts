import { noPrivilegedUsers } from '@force-reset/core'
import { type MariaDbServer, startMariaDb } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import { resetIn, userIn } from '../fixtures/reset-in.ts'
import { mariaDbDatabase, mariaDbGrant } from '../fixtures/server-databases.ts'
import { sqliteUsers } from '../fixtures/sqlite-users.ts'
import type { AnyDatabase, AnyOptions } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

describe('an error on SQLite after which the change is kept', () => {
  const after = 'CREATE TRIGGER after_update AFTER UPDATE ON users BEGIN'
  it.each([
    ['a trigger that fails', `${after} SELECT RAISE(FAIL, 'quota'); END`],
    ['a trigger that inserts or fails', `${after} INSERT OR FAIL INTO seen VALUES (1); END`],
    ['a unique value or failure', `${after} INSERT INTO once VALUES (1); END`],
    ['a value or failure', `${after} INSERT INTO filled VALUES (NULL); END`],
  ])('is a reset: %s', async (_, trigger) => {
    const users = sqliteUsers()
    users.database.exec(`
      CREATE TABLE seen (id INTEGER UNIQUE); INSERT INTO seen VALUES (1);
      CREATE TABLE once (id INTEGER UNIQUE ON CONFLICT FAIL); INSERT INTO once VALUES (1);
      CREATE TABLE filled (id INTEGER NOT NULL ON CONFLICT FAIL); ${trigger}`)
    expect(await users.reset('1')).toMatchObject({ ok: true })
    expect(users.run('SELECT password_hash FROM users')).not.toEqual([{ password_hash: 'hash-1' }])
  })

  it.each(['ABORT', 'ROLLBACK'])('is a refusal where SQLite takes it back (%s)', async (mode) => {
    const users = sqliteUsers()
    users.database.exec(`${after} SELECT RAISE(${mode}, 'quota'); END`)
    expect(await users.reset('1')).toMatchObject({ ok: false, code: 'store_unavailable' })
    expect(users.run('SELECT password_hash FROM users')).toEqual([{ password_hash: 'hash-1' }])
  })

  it('is a reset where the application itself commits, and then throws', async () => {
    const users = sqliteUsers({
      inTransaction: async (trx) => {
        await sql`COMMIT`.execute(trx)
        throw new Error('outbox')
      },
    })
    expect(await users.reset('1')).toMatchObject({ ok: true })
    expect(users.run('SELECT password_hash FROM users')).not.toEqual([{ password_hash: 'hash-1' }])
  })

  it('is a refusal where the application throws before anything is committed', async () => {
    const users = sqliteUsers({ inTransaction: () => Promise.reject(new Error('outbox')) })
    expect(await users.reset('1')).toMatchObject({ ok: false, code: 'store_unavailable' })
    expect(users.run('SELECT password_hash FROM users')).toEqual([{ password_hash: 'hash-1' }])
  })
})

describeWithServer('mariadb', 'an error on MariaDB after which the change is kept', () => {
  let server: MariaDbServer
  let db: AnyDatabase
  let close: () => Promise<unknown>
  beforeAll(async () => {
    server = await startMariaDb()
    await server.query(mariaDbGrant)
    const database = await mariaDbDatabase(server)
    db = database.db
    close = database.close
    await sql
      .raw('CREATE TABLE people (id INT PRIMARY KEY, name TEXT, hash TEXT, state TEXT)')
      .execute(db)
    await sql.raw('CREATE TABLE outbox (a INT)').execute(db)
  })
  afterAll(async () => {
    await close()
    await server.stop()
  })

  it.each([
    ['creates a table', 'CREATE TABLE IF NOT EXISTS outbox_2026 (a INT)', true],
    ['empties a table', 'TRUNCATE TABLE outbox', true],
    ['inserts a row', 'INSERT INTO outbox VALUES (1)', false],
  ])('tells the truth where the application %s, and then throws', async (_, statement, commits) => {
    await sql.raw(`REPLACE INTO people VALUES (1, 'kim', 'old', 'on')`).execute(db)
    const options: AnyOptions = {
      table: 'people',
      columns: { id: 'id', username: 'name', passwordHash: 'hash' },
      status: { column: 'state', active: ['on'], suspended: ['off'] },
      privileged: noPrivilegedUsers,
      hasher: cheapHasher,
      inTransaction: async (trx) => {
        await sql.raw(statement).execute(trx)
        throw new Error('outbox')
      },
    }
    const store = sqlUserStore(db, options)
    const { version } = await userIn(store, '1')
    const result = await resetIn(store, '1', version, { requireMustChange: false })
    const { rows } = await sql<{ hash: string }>`SELECT hash FROM people`.execute(db)
    expect({ said: result.ok, kept: rows[0]?.hash !== 'old' }).toEqual({
      said: commits,
      kept: commits,
    })
  })
})
