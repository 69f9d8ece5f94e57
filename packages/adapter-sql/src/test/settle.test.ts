import { Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { resetIn, settled, userIn, written } from '../fixtures/reset-in.ts'
import { type SqliteUsers, sqliteUsers, sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyOptions, AnyTables } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const hashOf = (users: SqliteUsers) =>
  users.run('SELECT password_hash FROM users')[0]?.['password_hash']

describe('a write whose answer was lost', () => {
  it('is found to have been applied, without a second change', async () => {
    const users = sqliteUsers()
    users.faults.loseAnswer()
    const outcome = await written(await users.look('1'))
    expect(outcome).toMatchObject({
      outcome: 'unknown',
      detail: { key: 'connection', cause: { code: 'ECONNRESET' } },
    })
    const after = hashOf(users)
    expect(await settled(outcome)).toMatchObject({
      outcome: 'applied',
      receipt: { mustChange: 'application', sessionsRevoked: null },
    })
    expect(hashOf(users)).toBe(after)
  })

  it('is applied by core as one success with the password that works', async () => {
    const users = sqliteUsers()
    users.faults.loseAnswer()
    expect(await users.reset('1')).toMatchObject({ ok: true })
  })
})

describe('a new hash that is in the table', () => {
  it('is found to be its own, also when the answers of both repetitions are lost', async () => {
    const users = sqliteUsers()
    users.faults.loseAnswer()
    const outcome = await written(await users.look('1'))
    users.faults.hold()
    users.faults.hold()
    expect(await settled(outcome)).toMatchObject({ outcome: 'applied' })
    expect(hashOf(users)).not.toBe('hash-1')
  })

  it('is found to be its own, also when the late original comes in between', async () => {
    const late: (() => void)[] = []
    const users = sqliteUsers({
      // Called for each row that is looked at.
      now: () => {
        for (const arrive of late.splice(0)) arrive()
        return Date.now()
      },
    })
    const arrive = users.faults.hold()
    const outcome = await written(await users.look('1'))
    users.run("UPDATE users SET status = 'suspended'")
    late.push(() => {
      users.run("UPDATE users SET status = 'active'")
      arrive()
    })
    expect(await settled(outcome)).toMatchObject({ outcome: 'applied' })
    expect(hashOf(users)).not.toBe('hash-1')
  })

  it('is not hidden by the error of a ROLLBACK after a COMMIT without an answer', async () => {
    const users = sqliteUsers()
    const log = ({ query }: { readonly query: { readonly sql: string } }) => {
      if (query.sql === 'commit') throw new RangeError('canary-of-the-answer')
    }
    const db = new Kysely<AnyTables>({ dialect: sqliteDialect(users.database), log })
    const inTransaction = async () => undefined
    const store = sqlUserStore(db, { ...sqliteUsersOptions, inTransaction } as AnyOptions)
    const { version } = await userIn(store, '1')
    expect(await resetIn(store, '1', version)).toMatchObject({ ok: true })
    expect(hashOf(users)).not.toBe('hash-1')
  })

  it('is not hidden by the error of a COMMIT, where inTransaction has committed', async () => {
    const users = sqliteUsers({
      inTransaction: async (trx) => void (await sql`COMMIT`.execute(trx)),
    })
    expect(await users.reset('1')).toMatchObject({ ok: true })
    expect(hashOf(users)).not.toBe('hash-1')
  })
})

describe('a row of the password that is missing', () => {
  it('is no proof that the original comes too late, because the row can come back', async () => {
    const users = sqliteUsers({
      columns: { id: 'id', username: 'username' },
      credentials: {
        table: 'secrets',
        userId: 'user_id',
        where: { kind: 'password' },
        columns: { passwordHash: 'hash' },
      },
    })
    users.run('CREATE TABLE secrets (user_id TEXT, kind TEXT, hash TEXT)')
    users.run("INSERT INTO secrets VALUES ('1', 'password', 'old')")
    const arrive = users.faults.hold()
    const outcome = await written(await users.look('1'))
    users.run("UPDATE secrets SET kind = 'off'")
    expect(await settled(outcome)).toEqual({ outcome: 'unknown' })
    users.run("UPDATE secrets SET kind = 'password'")
    arrive()
    expect(users.run('SELECT hash FROM secrets')).not.toEqual([{ hash: 'old' }])
  })
})

describe('a hash in bytes that are no text', () => {
  it('is the one that was seen, or another', async () => {
    const users = sqliteUsers()
    users.run("UPDATE users SET password_hash = x'ff00fe'")
    const { version } = await users.find('1')
    const late = await users.look('1')
    users.run("UPDATE users SET password_hash = x'fd00fc'")
    expect((await users.find('1')).version).not.toBe(version)
    expect(await written(late)).toMatchObject({
      outcome: 'refused',
      code: 'conflict',
    })
    expect(await users.reset('1')).toMatchObject({ ok: true })
    expect(hashOf(users)).toEqual(expect.stringContaining('$argon2id$'))
  })
})

describe('a write that comes late', () => {
  it('finds nothing to change once settle has repeated it', async () => {
    const users = sqliteUsers()
    const arrive = users.faults.hold()
    const outcome = await written(await users.look('1'))
    expect(outcome.outcome).toBe('unknown')
    expect(await settled(outcome)).toMatchObject({ outcome: 'applied' })
    users.run("UPDATE users SET password_hash = 'chosen-by-the-user'")
    arrive()
    expect(hashOf(users)).toBe('chosen-by-the-user')
  })

  it('is not applied, and never will be, once the password is another one', async () => {
    const users = sqliteUsers()
    const arrive = users.faults.hold()
    const outcome = await written(await users.look('1'))
    users.run("UPDATE users SET password_hash = 'chosen-by-the-user'")
    expect(await settled(outcome)).toEqual({ outcome: 'not_applied' })
    arrive()
    expect(hashOf(users)).toBe('chosen-by-the-user')
  })

  it.each([null, '', '!', '*'])(
    'stays unknown where the old hash was %j, which an application can write again',
    async (old) => {
      const users = sqliteUsers({ unusableHash: () => false }, [{ password_hash: old }])
      const arrive = users.faults.hold()
      const outcome = await written(await users.look('1'))
      users.run("UPDATE users SET password_hash = 'chosen-by-the-user'")
      expect(await settled(outcome)).toEqual({ outcome: 'unknown' })
      users.run('UPDATE users SET password_hash = ?', old)
      arrive()
      expect(hashOf(users)).toEqual(expect.stringContaining('$argon2id$'))
    },
  )

  it('stays unknown while only a status keeps it out: a status can change back', async () => {
    const users = sqliteUsers()
    const arrive = users.faults.hold()
    const outcome = await written(await users.look('1'))
    users.run("UPDATE users SET status = 'suspended'")
    expect(await settled(outcome)).toEqual({ outcome: 'unknown' })
    users.run("UPDATE users SET status = 'active'")
    arrive()
    expect(hashOf(users)).not.toBe('hash-1')
  })
})
