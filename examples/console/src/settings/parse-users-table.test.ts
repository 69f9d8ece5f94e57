import { describe, expect, it } from 'vitest'
import { parseUsersTable } from './parse-users-table.ts'
import { defaultUsersTable } from './users-table.ts'

describe('parseUsersTable', () => {
  it('is the default for an empty file', () => {
    expect(parseUsersTable('{}')).toEqual(defaultUsersTable)
  })

  it('takes the names of another table', () => {
    const table = parseUsersTable(
      JSON.stringify({
        table: 'accounts',
        columns: { username: 'email', displayName: null },
        status: {
          column: 'state',
          active: ['enabled'],
          pending: ['invited'],
          suspended: ['blocked'],
        },
        privileged: 'none',
        sessions: { table: 'logins', userId: 'account_id' },
        endedColumns: ['remember_token'],
      }),
    )
    expect(table).toMatchObject({
      table: 'accounts',
      columns: { id: 'id', username: 'email', email: 'email' },
      status: { column: 'state', active: ['enabled'], deleted: [] },
      privileged: 'none',
      sessions: { table: 'logins', userId: 'account_id' },
      endedColumns: ['remember_token'],
      timeColumns: [],
    })
    expect(table.columns).not.toHaveProperty('displayName')
  })

  it.each([
    ['{', 'not JSON'],
    ['[]', 'an object'],
    ['{"tabel":"users"}', 'tabel'],
    ['{"table":""}', 'table'],
    ['{"columns":{"id":null}}', 'columns.id'],
    ['{"columns":{"passwordhash":"x"}}', 'passwordhash'],
    ['{"status":{"active":["a"]}}', 'status.column'],
    ['{"status":{"column":"s","active":"a"}}', 'status.active'],
    ['{"privileged":"nobody"}', 'privileged'],
    ['{"sessions":{"table":"s"}}', 'sessions.userId'],
    ['{"endedColumns":"token"}', 'endedColumns'],
    ['{"timeColumns":[""]}', 'timeColumns'],
  ])('refuses %s and says where', (json, place) => {
    expect(() => parseUsersTable(json)).toThrow(place)
  })
})
