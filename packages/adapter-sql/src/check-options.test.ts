import { ForceResetError } from '@force-reset/core'
import { describe, expect, it } from 'vitest'
import type { AnyOptions } from './any-database.ts'
import { sqliteUsers, sqliteUsersOptions } from './fixtures/sqlite-users.ts'
import { sqlUserStore } from './sql-user-store.ts'

describe('options that cannot work', () => {
  it('are refused: a transaction in place of a database, which could be rolled back after the password was shown', async () => {
    const users = sqliteUsers()
    await users.db.transaction().execute(async (trx) => {
      expect(() => sqlUserStore(trx, sqliteUsersOptions)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_CONFIG' }))
    })
    const trx = await users.db.startTransaction().execute()
    expect(() => sqlUserStore(trx, sqliteUsersOptions)).toThrow(expect.objectContaining({ code: 'ERR_INVALID_CONFIG' }))
    await trx.rollback().execute()
  })

  it('are refused: none', () => {
    const { db } = sqliteUsers()
    expect(() => sqlUserStore(db, JSON.parse('null'))).toThrow(ForceResetError)
  })

  const { passwordHash, ...withoutHash } = sqliteUsersOptions.columns
  const refused: readonly [string, unknown][] = [
    ['passwordHash', { columns: withoutHash }],
    ['passwordHash', { credentials: { table: 'sessions', userId: 'user_id', columns: { passwordHash } } }],
    ['columns.username', { columns: { ...sqliteUsersOptions.columns, username: '' } }],
    ['table', { table: '' }],
    ['hasher', { hasher: undefined }],
    ['privileged', { privileged: undefined }],
    ['privileged.values', { privileged: { column: 'role', values: [] } }],
    ['status', { status: undefined }],
    ['status.active', { status: { column: 'status', active: [] } }],
    ['status names a value twice', { status: { column: 'status', active: ['on'], suspended: ['on'] } }],
    [
      'versionColumn',
      {
        columns: withoutHash,
        credentials: { table: 'sessions', userId: 'user_id', columns: { passwordHash } },
        versionColumn: { column: 'lock_version', raisedBy: 'reset' },
      },
    ],
    ['versionColumn.raisedBy', { versionColumn: { column: 'lock_version' } }],
    ['scope has to name a column', { scope: {} }],
    ['scope.tenant_id has to be text', { scope: { tenant_id: undefined } }],
    ['scope.tenant_id has to be text, a number, true, false or null, and is a list', { scope: { tenant_id: [1, 2] } }],
    [
      'credentials.where.provider',
      {
        columns: withoutHash,
        credentials: { table: 'sessions', userId: 'user_id', columns: { passwordHash }, where: { provider: undefined } },
      },
    ],
    ['ended.where.kind', { ended: [{ table: 'sessions', userId: 'user_id', where: { kind: undefined } }] }],
    ['versionKey', { versionKey: new Uint8Array(31) }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['hashTimeoutMs', { hashTimeoutMs: 1.5 }],
  ]
  it.each(refused)('are refused by name: %s', (name, change) => {
    const { db } = sqliteUsers()
    // Refused at runtime too, for callers without types.
    const options = { ...sqliteUsersOptions, ...(change as Partial<AnyOptions>) } as AnyOptions
    expect(() => sqlUserStore(db, options)).toThrow(ForceResetError)
    expect(() => sqlUserStore(db, options)).toThrow(name)
  })
})
