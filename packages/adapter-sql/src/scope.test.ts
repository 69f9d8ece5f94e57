import { forceReset, listUsers, viewUser } from '@force-reset/core'
import { describe, expect, it } from 'vitest'
import { sqliteUsers, sqliteUsersOptions } from './fixtures/sqlite-users.ts'
import { sqlUserStore } from './sql-user-store.ts'

describe('scope', () => {
  it('keeps the accounts of two tenants apart in find, list and reset when the store is chosen by operator', async () => {
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
        sqlUserStore(users.db, { ...sqliteUsersOptions, scope: { tenant }, versionKey: new Uint8Array(32) }),
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
      expect(await viewUser(config, { operator, userId: foreign })).toMatchObject({ ok: false, code: 'user_not_found' })
      const { version } = await users.find(foreign)
      expect(await forceReset(config, { operator, userId: foreign, version })).toMatchObject({ ok: false, code: 'user_not_found' })
    }
    expect(users.everything()).toBe(before)
  })

  it('is part of the write: an account that moves to another tenant after it was seen is not reset', async () => {
    const users = sqliteUsers({ scope: { tenant: 'north' } }, [{ tenant: 'north' }])
    const user = await users.find('1')
    users.run("UPDATE users SET tenant = 'south'")
    const outcome = await users.store.replacePassword({
      ...{ resetId: 'r', user, eligible: ['active'], mustChange: true },
      password: { use: async (fn) => await fn(new Uint8Array([120, 121, 122])) },
    })
    expect(outcome).toMatchObject({ outcome: 'refused', code: 'user_not_found' })
    expect(users.run('SELECT password_hash FROM users')).toEqual([{ password_hash: 'hash-1' }])
  })

  it('matches an empty column with null', async () => {
    const users = sqliteUsers({ scope: { tenant: null } }, [{ tenant: null }, { tenant: 'south' }])
    expect((await users.store.list({})).users.map(({ id }) => id)).toEqual(['1'])
  })
})
