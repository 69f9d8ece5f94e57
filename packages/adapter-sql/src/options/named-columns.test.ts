import { describe, expect, it } from 'vitest'
import { written } from '../fixtures/reset-in.ts'
import { sqliteUsers } from '../fixtures/sqlite-users.ts'
import type { Row } from './any-database.ts'
import { namedRow } from './named-columns.ts'

describe('a function of the options that reads a column it does not name', () => {
  it('leaves the status unknown, also where another option reads that column', async () => {
    for (const unlock of [undefined, { set: { locked_until: null }, locked: () => false }]) {
      const of = (row: Row) => (row['locked_until'] === null ? 'active' : 'suspended')
      const users = sqliteUsers({ status: { columns: ['status'], of }, unlock })
      const found = await users.look('1')
      expect(found.user.status).toBe('unknown')
      expect(await written(found)).toMatchObject({
        outcome: 'refused',
        code: 'not_eligible',
      })
      expect(users.run('SELECT password_hash FROM users')).toEqual([{ password_hash: 'hash-1' }])
    }
  })

  it('makes an account privileged, and locked', async () => {
    const users = sqliteUsers({
      privileged: { columns: ['status'], of: (row) => row['role'] === 'admin' },
      unlock: {
        set: { failed_logins: 0 },
        locked: ({ locked_until }) => locked_until !== undefined,
      },
    })
    expect(await users.find('1')).toMatchObject({ privileged: true, locked: true })
  })

  it('is told the name, and may look at what there is in any other way', () => {
    const row = namedRow(['state'], { state: 'on', role: 'admin' })
    expect(() => row['role']).toThrow('The options do not name the column role.')
    expect(() => 'role' in row).toThrow('The options do not name the column role.')
    expect([{ ...row }, JSON.stringify(row), String(row), row['state'], 'state' in row]).toEqual([
      { state: 'on' },
      '{"state":"on"}',
      '[object Object]',
      'on',
      true,
    ])
  })
})
