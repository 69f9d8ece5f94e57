import { describe, expect, it } from 'vitest'
import { resetIn, userIn } from '../fixtures/reset-in.ts'
import { sqliteUsers, sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const admins = { privileged: { column: 'role', values: ['admin'] } }

describe('the version of an account', () => {
  it.each([
    "password_hash = 'x'",
    "status = 'pending'",
    "role = 'admin'",
    "username = 'x'",
    "email = 'x'",
    "display_name = 'x'",
  ])('changes with %s, which an operator decides on', async (change) => {
    const users = sqliteUsers(admins)
    const before = await users.find('1')
    users.run(`UPDATE users SET ${change}`)
    expect((await users.find('1')).version).not.toBe(before.version)
  })

  it.each([
    'failed_logins = 3',
    "updated_at = '2030-01-01'",
    "locked_until = '2999-01-01'",
    'must_change_password = 1',
    "role = 'editor'",
  ])('stays with %s, which would make resets fail for nothing', async (change) => {
    const users = sqliteUsers(admins)
    const before = await users.find('1')
    users.run(`UPDATE users SET ${change}`)
    expect((await users.find('1')).version).toBe(before.version)
  })

  it('is the same for two stores with the same secret, and another with another one', async () => {
    const users = sqliteUsers()
    const versionWith = async (byte: number) =>
      (
        await sqlUserStore(users.db, {
          ...sqliteUsersOptions,
          secret: new Uint8Array(32).fill(byte),
        }).find('1')
      )?.user.version
    expect(await versionWith(1)).toBe(await versionWith(1))
    expect(await versionWith(1)).not.toBe(await versionWith(2))
  })

  it('may be a column, the same in every process, that a reset raises', async () => {
    const users = sqliteUsers()
    users.run('ALTER TABLE users ADD COLUMN lock_version INTEGER')
    users.run('UPDATE users SET lock_version = 7')
    const store = () =>
      sqlUserStore(users.db, {
        ...sqliteUsersOptions,
        versionColumn: { column: 'lock_version', raisedBy: 'reset' },
      })
    const before = await userIn(store(), '1')
    expect((await userIn(store(), '1')).version).toBe(before.version)
    users.run("UPDATE users SET display_name = 'Another'")
    expect((await userIn(store(), '1')).version).toBe(before.version)
    expect((await resetIn(store(), '1', before.version)).ok).toBe(true)
    expect(users.run('SELECT lock_version FROM users')).toEqual([{ lock_version: 8 }])
    expect(await resetIn(store(), '1', before.version)).toMatchObject({
      ok: false,
      code: 'conflict',
    })
    users.run('UPDATE users SET lock_version = 9')
    expect((await userIn(store(), '1')).version).not.toBe(before.version)
  })

  it('is always another one where its column is empty: nothing is reset twice', async () => {
    const users = sqliteUsers()
    users.run('ALTER TABLE users ADD COLUMN lock_version INTEGER')
    const store = sqlUserStore(users.db, {
      ...sqliteUsersOptions,
      versionColumn: { column: 'lock_version', raisedBy: 'database' },
    })
    const { version } = await userIn(store, '1')
    expect(await resetIn(store, '1', version)).toMatchObject({ ok: false, code: 'conflict' })
  })

  it('shows nothing of the stored hash', async () => {
    const users = sqliteUsers({}, [{ password_hash: 'canary-of-a-hash' }])
    expect(JSON.stringify(await users.find('1'))).not.toContain('canary')
  })
})
