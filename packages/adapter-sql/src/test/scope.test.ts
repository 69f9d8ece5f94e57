import { forceReset, listUsers, viewUser } from '@force-reset/core'
import { describe, expect, it } from 'vitest'
import { foundIn, written } from '../fixtures/reset-in.ts'
import { sqliteUsers, sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import type { AnyOptions } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

describe('scope', () => {
  it('keeps two tenants apart in find, list and reset, with a store by operator', async () => {
    const users = sqliteUsers({}, [
      { tenant: 'north', username: 'ada' },
      { tenant: 'south', username: 'ada' },
    ])
    interface TenantOperator {
      readonly id: string
      readonly tenant: string
    }
    const config = {
      store: ({ tenant }: TenantOperator) =>
        sqlUserStore(users.db, {
          ...sqliteUsersOptions,
          scope: { tenant },
          secret: new Uint8Array(32),
        }),
      scope: ({ tenant }: TenantOperator) => tenant,
      authorize: () => true,
      audit: () => undefined,
    }
    const before = users.everything()
    for (const [tenant, own, foreign] of [
      ['north', '1', '2'],
      ['south', '2', '1'],
    ] as const) {
      const operator = { id: 'operator', tenant }
      const page = await listUsers(config, { operator })
      expect(page).toMatchObject({ ok: true, users: [{ id: own }] })
      expect(await viewUser(config, { operator, userId: foreign })).toMatchObject({
        ok: false,
        code: 'user_not_found',
      })
      const { version } = await users.find(foreign)
      expect(await forceReset(config, { operator, userId: foreign, version })).toMatchObject({
        ok: false,
        code: 'user_not_found',
      })
    }
    expect(users.everything()).toBe(before)
  })

  it('is part of the write: an account that has moved to another tenant stays', async () => {
    const users = sqliteUsers({ scope: { tenant: 'north' } }, [{ tenant: 'north' }])
    const found = await users.look('1')
    users.run("UPDATE users SET tenant = 'south'")
    expect(await written(found)).toMatchObject({ outcome: 'refused', code: 'user_not_found' })
    expect(users.run('SELECT password_hash FROM users')).toEqual([{ password_hash: 'hash-1' }])
  })

  it('matches an empty column with null', async () => {
    const users = sqliteUsers({ scope: { tenant: null } }, [{ tenant: null }, { tenant: 'south' }])
    expect((await users.store.list({})).users.map(({ id }) => id)).toEqual(['1'])
  })
})

describe('ids that differ in their case alone', () => {
  const { passwordHash, mustChange, expiresAt, ...columns } = sqliteUsersOptions.columns
  const credentials = { table: 'secrets', userId: 'user_id', columns: { passwordHash: 'hash' } }
  const accounts = () => {
    const users = sqliteUsers({}, [{ id: 'a' }, { id: 'A' }])
    users.run('CREATE TABLE secrets (user_id TEXT COLLATE NOCASE, hash TEXT)')
    const store = sqlUserStore(users.db, {
      ...sqliteUsersOptions,
      columns,
      credentials,
    } as AnyOptions)
    return { ...users, store }
  }

  it('are two accounts, also where the table of passwords takes them for one', async () => {
    const { store, run } = accounts()
    // Unsalted, so that two people with the same password have the same hash.
    run("INSERT INTO secrets VALUES ('a', 'same'), ('A', 'same')")
    expect(await written(await foundIn(store, 'A'))).toMatchObject({
      outcome: 'applied',
    })
    const rows = run('SELECT user_id, hash FROM secrets ORDER BY user_id COLLATE BINARY')
    expect(rows).toEqual([
      { user_id: 'A', hash: expect.stringContaining('argon2') },
      { user_id: 'a', hash: 'same' },
    ])
  })

  it('do not lend each other their password', async () => {
    const { store, run } = accounts()
    run("INSERT INTO secrets VALUES ('a', 'own')")
    expect(await written(await foundIn(store, 'A'))).toMatchObject({
      outcome: 'refused',
      detail: { key: 'no_password' },
    })
    expect(run('SELECT * FROM secrets')).toEqual([{ user_id: 'a', hash: 'own' }])
  })
})
