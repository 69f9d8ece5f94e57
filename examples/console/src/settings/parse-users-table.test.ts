import { describe, expect, it } from 'vitest'
import { parseUsersTable } from './parse-users-table.ts'
import { defaultUsersTable, namesInFile } from './users-table.ts'

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

  it('takes everything else that a table may have', () => {
    const further = {
      status: {
        column: 'state',
        active: ['on'],
        pending: [],
        suspended: ['off', 'gone'],
        deleted: [],
        reasons: { blocked: ['off'], ended: ['gone'] },
      },
      privileged: { table: 'roles', userId: 'user_id', role: 'role', values: ['admin'] },
      signsInElsewhere: { column: 'provider', values: ['sso'] },
      unlock: { failed_logins: 0, locked_until: null },
      facts: { Department: 'dept', 'Employee number': 'number' },
      columns: { endsOn: 'ends', lastSignIn: 'seen' },
      tokenVersion: 'token_version',
      sessions: { table: 'sessions', userId: 'user_id' },
      resetLinks: { table: 'links', userId: 'user_id' },
      apiKeys: { table: 'keys', userId: 'user_id' },
    }
    expect(parseUsersTable(JSON.stringify(further))).toMatchObject(further)
  })

  it('says which name was probably meant', () => {
    expect(() => parseUsersTable('{"tabel":"users"}')).toThrow('Did you mean "table"?')
    expect(() => parseUsersTable('{"status":{"column":"s","reason":{}}}')).toThrow('"reasons"?')
  })

  it('each option of the store has a name in the file that is read, or a reason why not', () => {
    for (const [option, name] of Object.entries(namesInFile)) {
      if (typeof name === 'object' && 'because' in name) {
        expect(name.because, option).toMatch(/^[A-Z].*\.$/)
        continue
      }
      for (const one of [name].flat())
        expect(() => parseUsersTable(JSON.stringify({ [one]: 0 })), one).not.toThrow(/has no/)
    }
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
    ['{"apiKeys":{"userId":"s"}}', 'apiKeys.table'],
    ['{"unlock":{"until":[]}}', 'unlock.until'],
    ['{"tokenVersion":7}', 'tokenVersion'],
    ['{"facts":["dept"]}', 'facts'],
    ['{"facts":{"Department":7}}', 'facts.Department'],
    ['{"columns":{"endsOn":7}}', 'columns.endsOn'],
    ['{"status":{"column":"s","reasons":{"gone":[]}}}', 'gone'],
    ['{"privileged":{"table":"r","userId":"u","values":["a"]}}', 'privileged.role'],
  ])('refuses %s and says where', (json, place) => {
    expect(() => parseUsersTable(json)).toThrow(place)
  })
})
