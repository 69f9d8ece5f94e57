import type { Secret } from '@force-reset/core'
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

  it('names its key, and holds for every key of a list', async () => {
    const users = sqliteUsers()
    const keys = ['a', 'b'].map((label) => ({
      label,
      key: new Uint8Array(32).fill(label.charCodeAt(0)),
    }))
    const storeWith = (secret: Secret) => sqlUserStore(users.db, { ...sqliteUsersOptions, secret })
    const { version } = await userIn(storeWith(keys), '1')
    expect(version).toMatch(/^a\.[\w-]{43}$/)
    const rotated = storeWith([{ label: 'c', key: new Uint8Array(32) }, ...keys])
    expect((await rotated.find('1'))?.versionStanding?.(version)).toEqual({ seen: 'present' })
    // The label alone, or the digest of another key, is no way past the guard.
    for (const madeUp of [
      'c.',
      'a.',
      'a',
      version.replace('a.', 'b.'),
      version.replace('a.', 'c.'),
    ])
      expect((await resetIn(rotated, '1', madeUp)).ok).toBe(false)
    users.run("UPDATE users SET display_name = 'Another'")
    expect((await rotated.find('1'))?.versionStanding?.(version)).toEqual({ seen: 'stale' })
  })

  it.each([
    ['of a key that the store lacks', [{ label: 'other', key: new Uint8Array(32) }], 'other'],
    ['of a process without a secret', undefined, expect.stringMatching(/^no-secret-/)],
  ])('%s is a conflict that says so, and is no stale one', async (_, secret, keyLabel) => {
    const users = sqliteUsers()
    const storeWith = (own: Secret | undefined) =>
      sqlUserStore(users.db, { ...sqliteUsersOptions, secret: own })
    const { version } = await userIn(storeWith(secret), '1')
    const result = await resetIn(storeWith(new Uint8Array(32)), '1', version)
    expect(result).toMatchObject({
      code: 'conflict',
      detail: { reason: 'foreign_version', keyLabel },
      message: expect.stringMatching(/another server.*Nothing was changed\..*administrator\.$/),
    })
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
