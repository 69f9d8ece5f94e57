import { describe, expect, it } from 'vitest'
import { written } from '../fixtures/reset-in.ts'
import { sqliteUsers, sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import type { AnyOptions, Row } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

const byList = {
  columns: ['role'],
  of: ({ role }: Row) => JSON.parse(String(role)).includes('admin'),
}

async function privilegedWith(
  privileged: AnyOptions['privileged'],
  role: string | null,
): Promise<boolean> {
  return (await sqliteUsers({ privileged }, [{ role }]).find('1')).privileged
}

describe('an account is privileged', () => {
  it.each(['admin', 'Admin', 'ADMIN', ' admin ', 'admin\t'])(
    'by a column that holds %j: many collations take it for the same role',
    async (role) => {
      expect(await privilegedWith({ column: 'role', values: ['Admin'] }, role)).toBe(true)
    },
  )

  it.each([
    'member,admin',
    'member; Admin',
    '{member,admin}',
    '["member","admin"]',
    '{"admin": true}',
    "'admin'|'member'",
    'member admin',
    'admin assistant',
    'member\nadmin',
    'member\tadmin',
    'member/admin',
    'member:admin',
    'member+admin',
    'member & admin',
    '(member admin)',
    '- member\n- admin',
    '<admin>',
    'member\u00a0admin',
    '\u200badmin',
    'a:1:{i:0;s:5:"admin";}',
    '{member: 1, admin: true}',
  ])(
    'by a column that holds the list %j, although only a function reads it as one',
    async (role) => {
      expect(await privilegedWith({ column: 'role', values: ['admin'] }, role)).toBe(true)
    },
  )

  it.each([
    ['Geschäftsführer', '["staff","Gesch\\u00e4ftsf\\u00fchrer"]'],
    ['Geschäftsführer', 'staff,Gescha\u0308ftsfu\u0308hrer'],
    ['*', 'user,*'],
    ['*', '["*"]'],
    ['yönetici', 'YÖNETİCİ'],
    ['Großadmin', 'GROSSADMIN'],
    ['admin', 'ａｄｍｉｎ'],
  ])('by the value %j, where the column holds %j', async (value, role) => {
    expect(await privilegedWith({ column: 'role', values: [value] }, role)).toBe(true)
  })

  it.each([
    'administrator',
    'admi',
    'admin-assistant',
    'site.admin',
    'no_admin',
    'member administrator',
    'member,administrator',
    '[]',
    '',
    null,
  ])('but not by a column that holds %j', async (role) => {
    expect(await privilegedWith({ column: 'role', values: ['admin'] }, role)).toBe(false)
  })

  it.each([
    ['Domain Admin', true],
    ['Users, domain admin', true],
    ['Domain Users Domain Admin', true],
    ['["Domain Admin"]', true],
    ['Domain Users,Admin', false],
    ['Domain Administrator', false],
    ['Subdomain Admin', false],
  ])('by a value of several words, where the column holds %j: %s', async (role, expected) => {
    expect(await privilegedWith({ column: 'role', values: ['Domain Admin'] }, role)).toBe(expected)
  })

  it('by a value that is made of signs alone only where the column holds exactly it', async () => {
    expect(await privilegedWith({ column: 'role', values: ['*'] }, '*')).toBe(true)
    expect(await privilegedWith({ column: 'role', values: ['*'] }, 'member, guest')).toBe(false)
  })

  it('by any word of a list that is long and made of signs, at once', async () => {
    const list = `${' -./:'.repeat(50_000)} admin`
    expect(await privilegedWith({ column: 'role', values: ['admin'] }, list)).toBe(true)
  })

  it.each([
    ['1.0', 1, true],
    ['2', true, true],
    ['-1', true, true],
    ['0', true, false],
    ['10', 1, false],
    ['', 0, false],
    ['member', true, false],
    ['100', 100n, true],
    ['1', 'true', true],
    ['2', 'YES', true],
    ['0', 'true', false],
  ])('by a column that holds %j, where the options say %s: %s', async (role, value, expected) => {
    expect(await privilegedWith({ column: 'role', values: [value] }, role)).toBe(expected)
  })

  it('by a function of columns that hold lists', async () => {
    expect(await privilegedWith(byList, '["member","admin"]')).toBe(true)
    expect(await privilegedWith(byList, '["member"]')).toBe(false)
  })

  it('by a function that throws, or answers anything but false', async () => {
    expect(await privilegedWith(byList, 'not a list')).toBe(true)
    const answers: readonly unknown[] = [undefined, null, 0, '', Promise.resolve(false)]
    for (const answer of answers) {
      expect(
        await privilegedWith({ columns: ['role'], of: () => answer as boolean }, 'member'),
      ).toBe(true)
    }
  })

  it("by a promotion after the look: the write depends on the function's columns", async () => {
    const users = sqliteUsers({ privileged: byList }, [{ role: '["member"]' }])
    const found = await users.look('1')
    users.run('UPDATE users SET role = \'["admin"]\'')
    expect(await written(found)).toMatchObject({ outcome: 'refused', code: 'conflict' })
    expect(users.run('SELECT password_hash FROM users')).toEqual([{ password_hash: 'hash-1' }])
  })

  it('by a role in a table, of its own tenant alone', async () => {
    const users = sqliteUsers()
    users.run('CREATE TABLE roles (tenant TEXT, user_id TEXT, role TEXT)')
    users.run("INSERT INTO roles VALUES ('south', '1', 'admin')")
    const inTenant = (tenant: string) =>
      sqlUserStore(users.db, {
        ...sqliteUsersOptions,
        privileged: {
          table: 'roles',
          userId: 'user_id',
          role: 'role',
          values: ['admin'],
          where: { tenant },
        },
      })
    expect((await inTenant('south').find('1'))?.user.privileged).toBe(true)
    expect((await inTenant('north').find('1'))?.user.privileged).toBe(false)
  })
})
