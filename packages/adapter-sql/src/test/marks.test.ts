import { DatabaseSync } from 'node:sqlite'
import type { FoundUser, Mark } from '@force-reset/core'
import { noPrivilegedUsers } from '@force-reset/core'
import { markOf } from '@force-reset/core/store'
import { Kysely, sql } from 'kysely'
import { describe, expect, it, vi } from 'vitest'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import { describeWithMariaDb, describeWithPostgres } from '../fixtures/on-databases.ts'
import { foundIn, plainOrder, written } from '../fixtures/reset-in.ts'
import { sqliteUsers, sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import { testSecret } from '../fixtures/table-shapes.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyDatabase, AnyOptions, AnyTables } from '../options/any-database.ts'
import type { PasswordHasher } from '../options/password-hasher.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

/** Prepares a write and sends it; the mark of the write. */
async function marked(found: FoundUser): Promise<Mark> {
  const prepared = await found.prepare(plainOrder)
  if (prepared.outcome === 'refused') throw new Error(prepared.code)
  expect(await prepared.write()).toMatchObject({ outcome: 'applied', mark: prepared.mark })
  return prepared.mark
}

/** What a mark says of an account that changes as in life, in a hash column of this type. */
async function lifeOf(db: AnyDatabase, type: string, old: unknown) {
  await sql`CREATE TABLE users (id varchar(9) PRIMARY KEY, username varchar(9), status varchar(9),
    must integer, hash ${sql.raw(type)})`.execute(db)
  await sql`INSERT INTO users VALUES ('1', 'ada', 'active', 0, ${old})`.execute(db)
  // A new store for each question, as another process has one.
  const another = () =>
    sqlUserStore(db, {
      table: 'users',
      columns: {
        id: 'id',
        username: 'username',
        passwordHash: 'hash',
        mustChange: { column: 'must', on: 1, off: 0 },
      },
      status: { column: 'status', active: ['active'] },
      privileged: noPrivilegedUsers,
      hasher: cheapHasher,
      secret: testSecret,
    })
  const standing = async (mark: Mark) => (await foundIn(another(), '1')).standing(mark)
  const prepared = await (await foundIn(another(), '1')).prepare(plainOrder)
  if (prepared.outcome === 'refused') throw new Error(prepared.code)
  const before = await standing(prepared.mark)
  expect(await prepared.write()).toMatchObject({ outcome: 'applied' })
  const temporary = await standing(prepared.mark)
  const later = await marked(await foundIn(another(), '1'))
  const replaced = [await standing(prepared.mark), await standing(later)]
  await sql`UPDATE users SET hash = 'chosen-by-the-user', must = 0`.execute(db)
  const chosen = await standing(later)
  await sql`DROP TABLE users`.execute(db)
  return { before, temporary, replaced, chosen }
}

const wholeLife = {
  before: { now: 'before' },
  temporary: { now: 'temporary' },
  replaced: [{ now: 'replaced', by: 'unknown' }, { now: 'temporary' }],
  chosen: { now: 'replaced', by: 'unknown' },
}

describe('a mark on SQLite', () => {
  it.each(['TEXT', 'BLOB', 'char(200)', 'UTF-16'])(
    'is read by another process in a column %s',
    async (type) => {
      const database = new DatabaseSync(':memory:')
      if (type === 'UTF-16') database.exec("PRAGMA encoding = 'UTF-16'")
      const db = new Kysely<AnyTables>({ dialect: sqliteDialect(database) })
      expect(await lifeOf(db, type === 'UTF-16' ? 'TEXT' : type, 'old')).toEqual(wholeLife)
      await db.destroy()
    },
  )

  it('is read where the old password is empty, or its hash is bytes and no text', async () => {
    for (const old of [null, new Uint8Array([255, 0, 254])]) {
      const db = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
      expect(await lifeOf(db, 'BLOB', old)).toEqual(wholeLife)
      await db.destroy()
    }
  })

  const withSecret = { secret: testSecret }

  it('is short, and shows nothing of the hashes without the secret of the store', async () => {
    const marks: string[][] = []
    for (const secret of [testSecret, Buffer.alloc(32, 'another')]) {
      const users = sqliteUsers({ secret, hasher: () => 'new' }, [{ password_hash: 'old' }])
      const mark = await marked(await users.look('1'))
      expect(mark).toMatch(/^sql1\.default(\.[\w-]{22}){3}$/)
      marks.push(mark.split('.'))
    }
    const [[, , account, made, old] = [], other = []] = marks
    for (const part of [account, made, old]) expect(other).not.toContain(part)
  })

  it('differs for two accounts with the same old and the same new hash', async () => {
    const users = sqliteUsers({ ...withSecret, hasher: () => 'same' }, [
      { password_hash: 'old' },
      { password_hash: 'old' },
    ])
    const [, , ...first] = (await marked(await users.look('1'))).split('.')
    const [, , ...second] = (await marked(await users.look('2'))).split('.')
    for (const i of [0, 1, 2]) expect(first[i]).not.toBe(second[i])
  })

  it.each([
    'sql1',
    'sql2.AAAAAAAA.A.A.1',
    'memory1.0.r',
    'sql1.AAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA.1',
    'sql1.AAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA.1.1',
  ])('of another store is foreign: %s', async (text) => {
    const found = await sqliteUsers(withSecret).look('1')
    expect(found.standing(markOf(text))).toEqual({ now: 'unknown', why: 'foreign_mark' })
  })

  it('made with another secret is foreign, also to a store without one', async () => {
    const users = sqliteUsers(withSecret)
    const mark = await marked(await users.look('1'))
    for (const secret of [Buffer.alloc(32, 'another'), undefined]) {
      const store = sqlUserStore(users.db, { ...sqliteUsersOptions, secret } as AnyOptions)
      const { standing } = await foundIn(store, '1')
      expect(standing(mark)).toEqual({ now: 'unknown', why: 'foreign_mark' })
    }
  })

  it('made with any key of a list is read, and made with the first', async () => {
    const keys = ['a', 'b'].map((label) => ({ label, key: Buffer.alloc(32, label) }))
    const users = sqliteUsers({ secret: keys })
    const mark = await marked(await users.look('1'))
    expect(mark).toMatch(/^sql1\.a\./)
    const withKeys = (secret: typeof keys) =>
      foundIn(sqlUserStore(users.db, { ...sqliteUsersOptions, secret } as AnyOptions), '1')
    const rotated = await withKeys([{ label: 'c', key: Buffer.alloc(32, 'c') }, ...keys])
    expect(rotated.standing(mark)).toEqual({ now: 'temporary' })
    const without = await withKeys(keys.slice(1))
    expect(without.standing(mark)).toEqual({ now: 'unknown', why: 'foreign_mark' })
  })

  it('made without a secret holds within the process, and is foreign to another one', async () => {
    const users = sqliteUsers()
    const mark = await marked(await users.look('1'))
    expect(users.store.capabilities.marks).toBe(false)
    const options = { ...sqliteUsersOptions, privileged: { column: 'role', values: ['admin'] } }
    const again = sqlUserStore(users.db, options)
    expect((await foundIn(again, '1')).standing(mark)).toEqual({ now: 'temporary' })
    vi.resetModules()
    // The modules once more, as another process loads them.
    const fresh = await import('../store/sql-user-store.ts')
    const { standing } = await foundIn(fresh.sqlUserStore(users.db, options), '1')
    expect(standing(mark)).toEqual({ now: 'unknown', why: 'foreign_mark' })
  })

  it('does not take its own hash for another where the column changes its form', async () => {
    for (const hash of ['{"v": 1}', '["a"]', '"a"', 'a\\b', '\u00e4', 'a\u0000b', 'a\nb']) {
      const hasher: PasswordHasher = () => hash
      const users = sqliteUsers({ ...withSecret, hasher })
      const found = await users.look('1')
      const mark = await marked(found)
      expect(found.standing(mark)).toEqual({ now: 'before' })
      const { standing } = await users.look('1')
      expect(standing(mark)).toEqual({ now: 'unknown', why: 'unreadable' })
    }
  })

  it("tells nothing where the password's row is missing: the row can come back", async () => {
    const users = sqliteUsers({
      ...withSecret,
      columns: { id: 'id', username: 'username' },
      credentials: { table: 'secrets', userId: 'user_id', columns: { passwordHash: 'hash' } },
    })
    users.run('CREATE TABLE secrets (user_id TEXT, hash TEXT)')
    users.run("INSERT INTO secrets VALUES ('1', 'old')")
    const mark = await marked(await users.look('1'))
    users.run('DELETE FROM secrets')
    const { standing } = await users.look('1')
    expect(standing(mark)).toEqual({ now: 'unknown', why: 'unreadable' })
  })

  it('never names the person: an application may leave must-change off for anybody', async () => {
    for (const [mustChange, now] of [
      [true, 0],
      [true, 1],
      [false, 0],
    ] as const) {
      const users = sqliteUsers(withSecret)
      const prepared = await (await users.look('1')).prepare({ ...plainOrder, mustChange })
      if (prepared.outcome === 'refused') throw new Error(prepared.code)
      await prepared.write()
      users.run(`UPDATE users SET password_hash = 'another', must_change_password = ${now}`)
      const { standing } = await users.look('1')
      expect(standing(prepared.mark)).toEqual({ now: 'replaced', by: 'unknown' })
    }
  })

  it('is foreign to every other account, also where the hashes are the same', async () => {
    const users = sqliteUsers({ ...withSecret, hasher: () => 'same' }, [
      { password_hash: null },
      { password_hash: null },
      { password_hash: 'same' },
    ])
    const mark = await marked(await users.look('1'))
    for (const id of ['2', '3']) {
      const found = await users.look(id)
      expect(found.standing(mark)).toEqual({ now: 'unknown', why: 'foreign_mark' })
      expect(await written(found, { purpose: 'expire', onlyIf: mark })).toMatchObject({
        outcome: 'refused',
        code: 'conflict',
      })
    }
    expect((await users.look('1')).standing(mark)).toEqual({ now: 'temporary' })
  })
})

describe('a write that ends an unused password', () => {
  const gate = { set: { failed_logins: 0 }, locked: () => true }
  const options: Partial<AnyOptions> = {
    secret: testSecret,
    unlock: gate,
    ended: [{ table: 'sessions', userId: 'user_id' }],
    tokenVersion: 'tokens',
  }
  const prepare = async () => {
    const users = sqliteUsers(options)
    users.run('ALTER TABLE users ADD COLUMN tokens INTEGER')
    const mark = await marked(await users.look('1'))
    users.run('UPDATE users SET failed_logins = 5')
    users.run("INSERT INTO sessions VALUES ('a', '1')")
    return { users, mark }
  }
  const columns = 'SELECT must_change_password, failed_logins, tokens FROM users'

  it('keeps must-change and the lock, raises the tokens and ends the sessions', async () => {
    const { users, mark } = await prepare()
    const [before] = users.run('SELECT password_hash FROM users')
    const expire = { purpose: 'expire', mustChange: false, onlyIf: mark } as const
    expect(await written(await users.look('1'), expire)).toMatchObject({
      outcome: 'applied',
      receipt: { mustChange: 'application', unlocked: false, sessionsRevoked: 1 },
    })
    expect(users.run(columns)).toEqual([{ must_change_password: 1, failed_logins: 5, tokens: 2 }])
    expect(users.run('SELECT password_hash FROM users')).not.toEqual([before])
    expect((await users.look('1')).standing(mark).now).toBe('replaced')
  })

  it.each([
    ['before the look', true],
    ['between the look and the write', false],
  ])('is refused where another password comes %s', async (_, early) => {
    const { users, mark } = await prepare()
    const change = () => users.run("UPDATE users SET password_hash = 'chosen-by-the-user'")
    if (early) change()
    const found = await users.look('1')
    const prepared = await found.prepare({ ...plainOrder, purpose: 'expire', onlyIf: mark })
    if (!early) change()
    const outcome = prepared.outcome === 'refused' ? prepared : await prepared.write()
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'conflict' })
    const [row] = users.run('SELECT password_hash, failed_logins FROM users')
    expect(row).toEqual({ password_hash: 'chosen-by-the-user', failed_logins: 5 })
  })

  it('is refused for a mark that the store cannot read', async () => {
    const { users } = await prepare()
    const onlyIf = markOf('nobody1.x')
    expect(await written(await users.look('1'), { purpose: 'expire', onlyIf })).toMatchObject({
      outcome: 'refused',
      code: 'conflict',
    })
  })
})

describeWithPostgres(
  'a mark on PostgreSQL',
  (on) => {
    it.each(['text', 'varchar(200)', 'char(200)', 'bytea', 'citext'])(
      'is read by another process in a column %s',
      async (type) => {
        const { db, close } = await on.open()
        expect(await lifeOf(db, type, 'old')).toEqual(wholeLife)
        await close()
      },
    )

    it('is read on a connection that writes bytes in another form', async () => {
      const settings = '-c bytea_output=escape'
      const { db, close } = await on.open({ settings })
      expect(await lifeOf(db, 'bytea', 'old')).toEqual(wholeLife)
      await close()
    })
  },
  { sql: 'CREATE EXTENSION citext' },
)

describeWithMariaDb('a mark on MariaDB', (on) => {
  const types = [
    'varchar(200)',
    'char(200)',
    'text',
    'binary(200)',
    'varbinary(200)',
    'blob',
    'char(200) CHARACTER SET latin1',
    'varchar(200) CHARACTER SET utf16',
    'varchar(200) CHARACTER SET ucs2',
  ]
  it.each(
    types.flatMap((type) => [
      { type, mode: '' },
      { type, mode: ',PAD_CHAR_TO_FULL_LENGTH' },
    ]),
  )('is read by another process in a column $type, sql_mode $mode', async ({ type, mode }) => {
    await on.server.query(`SET GLOBAL sql_mode = CONCAT(@@GLOBAL.sql_mode, '${mode}')`)
    const { db, close } = await on.open()
    expect(await lifeOf(db, type, 'old')).toEqual(wholeLife)
    await close()
    await on.server.query('SET GLOBAL sql_mode = DEFAULT')
  })
})
