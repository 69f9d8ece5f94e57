import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { sqliteUsers } from '../fixtures/sqlite-users.ts'

const sessions = { ended: [{ table: 'sessions', userId: 'user_id' }] }

describe('what happens with the write', () => {
  it('ends and counts the sessions of that account alone, in one transaction', async () => {
    const users = sqliteUsers(sessions, [{}, {}])
    users.run("INSERT INTO sessions VALUES ('a', '1'), ('b', '1'), ('c', '2')")
    expect(await users.reset('1')).toMatchObject({
      ok: true,
      receipt: {
        sessionsRevoked: 2,
        survives: ['tokens', 'reset_links', 'api_keys', 'in_flight_sign_ins'],
      },
    })
    expect(users.run('SELECT token FROM sessions')).toEqual([{ token: 'c' }])
    expect(
      users.statements
        .filter((text) => /^(begin|commit|update|delete)/i.test(text))
        .map((text) => text.split(' ')[0]),
    ).toEqual(['begin', 'UPDATE', 'DELETE', 'commit'])
  })

  it('ends only the rows that are named, where ids repeat in other tenants', async () => {
    const users = sqliteUsers({
      ended: [{ table: 'sessions', userId: 'user_id', where: { token: 'north-1' } }],
    })
    users.run("INSERT INTO sessions VALUES ('north-1', '1'), ('south-1', '1')")
    expect(await users.reset('1')).toMatchObject({ ok: true, receipt: { sessionsRevoked: 1 } })
    expect(users.run('SELECT token FROM sessions')).toEqual([{ token: 'south-1' }])
  })

  it('changes nothing when inTransaction throws, and does not repeat the error', async () => {
    const users = sqliteUsers({
      ...sessions,
      inTransaction: async (trx) => {
        await sql`INSERT INTO audit VALUES ('1')`.execute(trx)
        throw new Error('canary-of-the-application')
      },
    })
    users.run("INSERT INTO sessions VALUES ('a', '1')")
    const before = users.everything()
    const result = await users.reset('1')
    expect(result).toMatchObject({
      ok: false,
      code: 'store_unavailable',
      detail: { key: 'transaction_refused' },
    })
    expect(JSON.stringify(result)).not.toContain('canary')
    expect(users.everything()).toBe(before)
  })

  it('notices when inTransaction has ended the transaction behind its back', async () => {
    const users = sqliteUsers({
      inTransaction: async (trx) => {
        await sql`ROLLBACK`.execute(trx)
        await sql`BEGIN`.execute(trx)
      },
    })
    const before = users.everything()
    expect(await users.reset('1')).toMatchObject({
      ok: false,
      code: 'store_unavailable',
      detail: { key: 'transaction_refused' },
    })
    expect(users.everything()).toBe(before)
  })

  it('is named when a foreign key or a trigger refuses it, and is undone', async () => {
    const users = sqliteUsers(sessions)
    const before = users.everything()
    users.run("INSERT INTO sessions VALUES ('a', '1')")
    users.run('CREATE TABLE devices (token TEXT REFERENCES sessions (token))')
    users.run("INSERT INTO devices VALUES ('a')")
    expect(await users.reset('1')).toMatchObject({
      ok: false,
      code: 'store_unavailable',
      detail: { key: 'referenced' },
    })
    users.run('DELETE FROM devices')
    users.run("CREATE TRIGGER t BEFORE DELETE ON sessions BEGIN SELECT RAISE(ABORT, 'canary'); END")
    const result = await users.reset('1')
    expect(result).toMatchObject({
      ok: false,
      code: 'store_unavailable',
      detail: { key: 'trigger', cause: { code: 'ERR_SQLITE_ERROR' } },
    })
    expect(JSON.stringify(result)).not.toContain('canary')
    users.run('DROP TRIGGER t')
    users.run('DELETE FROM sessions')
    expect(users.everything()).toBe(before)
  })

  it('notices when a trigger puts the old password back, with inTransaction', async () => {
    const users = sqliteUsers({ inTransaction: async () => undefined })
    users.run(
      'CREATE TRIGGER t AFTER UPDATE OF password_hash ON users BEGIN UPDATE users SET ' +
        'password_hash = OLD.password_hash; END',
    )
    const before = users.everything()
    expect(await users.reset('1')).toMatchObject({
      ok: false,
      code: 'store_unavailable',
      detail: { key: 'transaction_refused' },
    })
    expect(users.everything()).toBe(before)
  })

  it.each([
    [
      'inTransaction writes another password over the new one',
      "UPDATE users SET password_hash = 'mine'",
    ],
    ['inTransaction takes the new password away', 'UPDATE users SET password_hash = NULL'],
    ['inTransaction deletes the account', 'DELETE FROM users'],
  ])('notices when %s', async (_, text) => {
    const users = sqliteUsers({
      inTransaction: async (trx) => void (await sql.raw(text).execute(trx)),
    })
    const before = users.everything()
    expect(await users.reset('1')).toMatchObject({
      ok: false,
      code: 'store_unavailable',
      detail: { key: 'transaction_refused' },
    })
    expect(users.everything()).toBe(before)
  })

  it('notices when a trigger hashes the new password again, with inTransaction', async () => {
    const users = sqliteUsers({ inTransaction: async () => undefined })
    users.run(
      'CREATE TRIGGER t AFTER UPDATE OF password_hash ON users BEGIN UPDATE users SET ' +
        "password_hash = 'md5:' || NEW.password_hash; END",
    )
    const before = users.everything()
    expect(await users.reset('1')).toMatchObject({
      ok: false,
      code: 'store_unavailable',
      detail: { key: 'transaction_refused' },
    })
    expect(users.everything()).toBe(before)
  })

  it('gives inTransaction who was reset, and neither password nor hash', async () => {
    const told: unknown[] = []
    const users = sqliteUsers({
      inTransaction: async (trx, applied) => {
        told.push(applied)
        await sql`INSERT INTO audit VALUES (${applied.userId})`.execute(trx)
      },
    })
    const result = await users.reset('1')
    expect(result.ok).toBe(true)
    const who = { userId: '1', username: 'user-1', operatorId: 'operator' }
    expect(told).toEqual([{ resetId: result.resetId, purpose: 'reset', ...who }])
    expect(users.run('SELECT user_id FROM audit')).toEqual([{ user_id: '1' }])
  })

  it('ends no session when the account is no longer as it was seen', async () => {
    const users = sqliteUsers(sessions)
    users.run("INSERT INTO sessions VALUES ('a', '1')")
    const { version } = await users.find('1')
    users.run("UPDATE users SET password_hash = 'another'")
    expect(await users.reset('1', version)).toMatchObject({ ok: false, code: 'conflict' })
    expect(users.run('SELECT token FROM sessions')).toHaveLength(1)
  })

  it('is named where a trigger drops it without an error, since no reload would help', async () => {
    const users = sqliteUsers()
    users.run('CREATE TRIGGER t BEFORE UPDATE ON users BEGIN SELECT RAISE(IGNORE); END')
    const before = users.everything()
    expect(await users.reset('1')).toMatchObject({
      ok: false,
      code: 'store_unavailable',
      detail: { key: 'write_matched_nothing' },
    })
    expect(users.everything()).toBe(before)
  })

  it.each([{}, sessions])(
    'is refused in a transaction that somebody began by hand, and could roll back: %o',
    async (options) => {
      const users = sqliteUsers(options)
      const before = users.everything()
      users.database.exec('BEGIN')
      expect(await users.reset('1')).toMatchObject({
        ok: false,
        code: 'store_unavailable',
        detail: { key: 'open_transaction' },
      })
      expect(users.everything()).toBe(before)
      users.database.exec('COMMIT')
      expect((await users.reset('1')).ok).toBe(true)
    },
  )

  it('waits for a transaction of Kysely on the same connection', async () => {
    const users = sqliteUsers()
    const { version } = await users.find('1')
    let resetting: ReturnType<typeof users.reset> | undefined
    await users.db.transaction().execute(async (trx) => {
      resetting = users.reset('1', version)
      await sql`UPDATE users SET failed_logins = 3`.execute(trx)
    })
    expect((await resetting)?.ok).toBe(true)
  })

  it('lifts a lock of failed sign-ins in the same statement', async () => {
    const unlock = {
      set: { failed_logins: 0, locked_until: null },
      locked: (row: Readonly<Record<string, unknown>>) => row['locked_until'] !== null,
    }
    const users = sqliteUsers({ unlock }, [{ failed_logins: 7, locked_until: '2999-01-01' }])
    expect((await users.find('1')).locked).toBe(true)
    expect(await users.reset('1')).toMatchObject({ ok: true, receipt: { unlocked: true } })
    expect(users.run('SELECT failed_logins, locked_until FROM users')).toEqual([
      { failed_logins: 0, locked_until: null },
    ])
  })
})

describe('clearedColumns', () => {
  it("make the user's own new password neither temporary nor expiring", async () => {
    const users = sqliteUsers()
    await users.reset('1')
    const gate = 'SELECT must_change_password AS must, password_expires_at AS expires FROM users'
    expect(users.run(gate)).toEqual([
      { must: 1, expires: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) },
    ])
    await users.db
      .updateTable('users')
      .set({ password_hash: 'own', ...users.store.clearedColumns })
      .where('id', '=', '1')
      .execute()
    expect(users.run(gate)).toEqual([{ must: 0, expires: null }])
  })
})

describe('the statements of a reset', () => {
  it('are two: one look and one conditional write', async () => {
    const users = sqliteUsers()
    const { version } = await users.find('1')
    const before = users.statements.length
    expect((await users.reset('1', version)).ok).toBe(true)
    expect(users.statements.slice(before).map((text) => text.split(' ')[0])).toEqual([
      'SELECT',
      'UPDATE',
    ])
  })

  it('hold values as parameters only', async () => {
    const name = 'o\'Neil"; DROP TABLE users; --'
    const users = sqliteUsers({}, [{ id: name, username: name, display_name: name }])
    expect((await users.reset(name)).ok).toBe(true)
    expect((await users.store.list({ search: name })).users).toHaveLength(1)
    expect(users.statements.join()).not.toContain('Neil')
    expect(users.statements.join()).not.toContain('$argon2id')
  })
})
