import { ForceResetError } from '@force-reset/core'
import { CamelCasePlugin } from 'kysely'
import { describe, expect, it } from 'vitest'
import { sqlAudit } from '../audit/sql-audit.ts'
import { checkSqlTable } from '../check/check-sql-table.ts'
import { sqliteUsers, sqliteUsersOptions } from '../fixtures/sqlite-users.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'
import type { AnyDatabase, AnyOptions } from './any-database.ts'

describe('options that cannot work', () => {
  it('are refused: a transaction in place of a database, which could be undone', async () => {
    const users = sqliteUsers()
    await users.db.transaction().execute(async (trx) => {
      expect(() => sqlUserStore(trx, sqliteUsersOptions)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_CONFIG' }),
      )
    })
    const trx = await users.db.startTransaction().execute()
    expect(() => sqlUserStore(trx, sqliteUsersOptions)).toThrow(
      expect.objectContaining({ code: 'ERR_INVALID_CONFIG' }),
    )
    await trx.rollback().execute()
  })

  it.each([undefined, null, {}])(
    'are refused: %s in place of a database, by the store and by the trail',
    (db) => {
      const database: AnyDatabase = JSON.parse(JSON.stringify({ db })).db
      expect(() => sqlUserStore(database, sqliteUsersOptions)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_CONFIG' }),
      )
      expect(() => sqlAudit(database)).toThrow(
        expect.objectContaining({ code: 'ERR_INVALID_CONFIG' }),
      )
    },
  )

  it('may name one number as the version of tokens and as the version of the account', () => {
    const versionColumn = { column: 'lock_version', raisedBy: 'reset' } as const
    expect(() =>
      sqlUserStore(sqliteUsers().db, {
        ...sqliteUsersOptions,
        versionColumn,
        tokenVersion: 'lock_version',
      }),
    ).not.toThrow()
  })

  it('may name a table to empty that has the name of the accounts in another schema', () => {
    const ended = [{ table: 'web.users', userId: 'user_id' }]
    expect(() =>
      sqlUserStore(sqliteUsers().db, { ...sqliteUsersOptions, table: 'main.users', ended }),
    ).not.toThrow()
  })

  it.each<[string, object]>([
    ['requireMustChnage is no option', { requireMustChnage: true }],
    ['signInElsewhere is no option; did you mean signsInElsewhere?', { signInElsewhere: {} }],
    [
      'columns.mustchange is no option; did you mean mustChange?',
      { columns: { ...sqliteUsersOptions.columns, mustchange: 'x' } },
    ],
    [
      'columns.expiresAt.wirte is no option; did you mean write?',
      { columns: { ...sqliteUsersOptions.columns, expiresAt: { column: 'x', wirte: String } } },
    ],
    [
      'status.suspend is no option; did you mean suspended?',
      { status: { ...sqliteUsersOptions.status, suspend: ['x'] } },
    ],
    ['status.off is no option', { status: { columns: ['state'], off: () => 'active' } }],
    [
      'privileged.value is no option; did you mean values?',
      { privileged: { column: 'role', value: [] } },
    ],
    [
      'privileged.roles is no option; did you mean role?',
      { privileged: { table: 'roles', userId: 'user_id', roles: 'role', values: ['admin'] } },
    ],
    [
      'signsInElsewhere.providers is no option; did you mean provider?',
      { signsInElsewhere: { table: 'identities', userId: 'user_id', providers: 'sso' } },
    ],
    ['unlock.lockd is no option; did you mean locked?', { unlock: { set: {}, lockd: () => true } }],
    [
      'versionColumn.raiseBy is no option; did you mean raisedBy?',
      { versionColumn: { raiseBy: 'reset' } },
    ],
    [
      'ended.hold is no option; did you mean holds?',
      { ended: [{ table: 'tokens', userId: 'id', hold: 'x' }] },
    ],
    [
      'credentials.tabel is no option; did you mean table?',
      { credentials: { tabel: 'passwords' } },
    ],
  ])('are refused with: %s', async (message, wrong) => {
    const { db } = sqliteUsers()
    const options: typeof sqliteUsersOptions = Object.assign({ ...sqliteUsersOptions }, wrong)
    const refused = expect.objectContaining({
      code: 'ERR_INVALID_CONFIG',
      message: expect.stringContaining(message),
    })
    expect(() => sqlUserStore(db, options)).toThrow(refused)
    await expect(checkSqlTable(db, options)).rejects.toEqual(refused)
  })

  it('are refused: none', () => {
    const { db } = sqliteUsers()
    expect(() => sqlUserStore(db, JSON.parse('null'))).toThrow(ForceResetError)
  })

  const { passwordHash, ...withoutHash } = sqliteUsersOptions.columns
  const gatesApart = (gate: Partial<AnyOptions['columns']>) => ({
    columns: withoutHash,
    credentials: { table: 'secrets', userId: 'user_id', columns: { passwordHash, ...gate } },
  })
  const refused: readonly [string, unknown][] = [
    ['passwordHash', { columns: withoutHash }],
    [
      'passwordHash',
      { credentials: { table: 'sessions', userId: 'user_id', columns: { passwordHash } } },
    ],
    ['columns.username', { columns: { ...sqliteUsersOptions.columns, username: '' } }],
    ['table', { table: '' }],
    ['hasher', { hasher: undefined }],
    ['privileged', { privileged: undefined }],
    ['privileged.values', { privileged: { column: 'role', values: [] } }],
    ['status', { status: undefined }],
    ['status.active', { status: { column: 'status', active: [] } }],
    [
      'status names a value twice',
      { status: { column: 'status', active: ['on'], suspended: ['on'] } },
    ],
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
    [
      'scope.tenant_id has to be text, a number, true, false or null, and is a list',
      { scope: { tenant_id: [1, 2] } },
    ],
    [
      'credentials.where.provider',
      {
        columns: withoutHash,
        credentials: {
          table: 'sessions',
          userId: 'user_id',
          columns: { passwordHash },
          where: { provider: undefined },
        },
      },
    ],
    [
      'ended.where.kind',
      { ended: [{ table: 'sessions', userId: 'user_id', where: { kind: undefined } }] },
    ],
    ['scope.tenant has to be a finite number', { scope: { tenant: Number.NaN } }],
    ['scope.tenant has to be a finite number', { scope: { tenant: Number.POSITIVE_INFINITY } }],
    [
      'columns.id',
      {
        columns: undefined,
        credentials: { table: 'sessions', userId: 'user_id', columns: { passwordHash } },
      },
    ],
    ['privileged', { privileged: null }],
    ['privileged.columns', { privileged: { of: () => false } }],
    ['privileged.table', { privileged: { role: 'role', values: ['admin'] } }],
    ['privileged.values', { privileged: { column: 'role', values: 'admin' } }],
    ['privileged.values.0', { privileged: { column: 'role', values: [undefined] } }],
    [
      'privileged.values.1',
      {
        privileged: {
          table: 'sessions',
          userId: 'user_id',
          role: 'token',
          values: ['admin', ['owner']],
        },
      },
    ],
    [
      'privileged.ordinary has to name at least one value',
      {
        privileged: {
          table: 'roles',
          userId: 'user_id',
          role: 'role',
          values: ['admin'],
          ordinary: 'member',
        },
      },
    ],
    ['privileged.of', { privileged: { columns: ['role'], of: 'admin' } }],
    ['signsInElsewhere has to be a column', { signsInElsewhere: null }],
    ['signsInElsewhere has to be a column', { signsInElsewhere: 'saml' }],
    ['signsInElsewhere.column', { signsInElsewhere: {} }],
    ['signsInElsewhere.values', { signsInElsewhere: { column: 'role', values: 'saml' } }],
    ['signsInElsewhere.values.0', { signsInElsewhere: { column: 'role', values: [{}] } }],
    ['signsInElsewhere.columns', { signsInElsewhere: { of: () => false } }],
    ['signsInElsewhere.of', { signsInElsewhere: { columns: ['role'], of: undefined } }],
    ['signsInElsewhere.userId', { signsInElsewhere: { table: 'identities' } }],
    [
      'signsInElsewhere.where.kind',
      { signsInElsewhere: { table: 'identities', userId: 'user_id', where: { kind: undefined } } },
    ],
    [
      'signsInElsewhere.provider and signsInElsewhere.values go together',
      { signsInElsewhere: { table: 'identities', userId: 'user_id', values: ['saml'] } },
    ],
    [
      'signsInElsewhere.provider and signsInElsewhere.values go together',
      { signsInElsewhere: { table: 'identities', userId: 'user_id', provider: 'provider' } },
    ],
    [
      'signsInElsewhere.onlyWithoutPassword',
      {
        signsInElsewhere: { table: 'identities', userId: 'user_id', onlyWithoutPassword: 'yes' },
      },
    ],
    [
      'ended deletes rows of the table that signsInElsewhere names',
      {
        signsInElsewhere: { table: 'identities', userId: 'user_id' },
        ended: [{ table: 'identities', userId: 'user_id' }],
      },
    ],
    [
      'unlock.set writes the column that signsInElsewhere names',
      {
        signsInElsewhere: { column: 'role', values: ['saml'] },
        unlock: { set: { role: 'member' } },
      },
    ],
    ['unusableHash has to be a function', { unusableHash: ['!'] }],
    [
      'status.reasons has to name a reason',
      { status: { column: 'status', active: ['active'], reasons: 'off' } },
    ],
    [
      'status.reasons.gone is no reason',
      { status: { column: 'status', active: ['active'], reasons: { gone: ['active'] } } },
    ],
    [
      'status.reasons.ended has to name at least one value',
      { status: { column: 'status', active: ['active'], reasons: { ended: 'expired' } } },
    ],
    [
      'status.reasons.ended has a value that names no status',
      { status: { column: 'status', active: ['active'], reasons: { ended: ['expired'] } } },
    ],
    ['status.1', { status: { column: 'status', active: ['active'], deleted: [undefined] } }],
    [
      'status names a value twice',
      { status: { column: 'status', active: [true], suspended: [1] } },
    ],
    [
      'status names a value twice',
      { status: { column: 'status', active: ['0'], suspended: [false] } },
    ],
    [
      'two different values',
      {
        columns: {
          ...sqliteUsersOptions.columns,
          mustChange: { column: 'must_change_password', on: true, off: 1 },
        },
      },
    ],
    ['status', { status: null }],
    ['status.columns', { status: { of: () => 'active' } }],
    ['status.active', { status: { column: 'status', active: 'active' } }],
    ['status.suspended', { status: { column: 'status', active: ['active'], suspended: 'off' } }],
    ['ended', { ended: {} }],
    ['ended.userId', { ended: [{ table: 'sessions' }] }],
    [
      'ended deletes rows of the table that table names',
      { ended: [{ table: 'users', userId: 'id' }] },
    ],
    [
      'ended deletes rows of the table that table names',
      { ended: [{ table: 'main.Users', userId: 'id' }] },
    ],
    [
      'ended deletes rows of the table that credentials names',
      {
        columns: withoutHash,
        credentials: { table: 'secrets', userId: 'user_id', columns: { passwordHash } },
        ended: [{ table: 'secrets', userId: 'user_id' }],
      },
    ],
    [
      'ended deletes rows of the table that privileged names',
      {
        privileged: { table: 'roles', userId: 'user_id', role: 'role', values: ['admin'] },
        ended: [{ table: 'roles', userId: 'user_id' }],
      },
    ],
    ['mustChange and expiresAt have to be in one table', gatesApart({ mustChange: 'temporary' })],
    ['mustChange and expiresAt have to be in one table', gatesApart({ expiresAt: 'valid_until' })],
    [
      'credentials.table',
      { columns: withoutHash, credentials: { userId: 'user_id', columns: { passwordHash } } },
    ],
    [
      'expiresAt.write',
      { columns: { ...sqliteUsersOptions.columns, expiresAt: { column: 'password_expires_at' } } },
    ],
    ['unlock.set.locked_until', { unlock: { set: { locked_until: new Date(0) } } }],
    ['unlock.set', { unlock: {} }],
    ['now has to be a function', { now: 5 }],
    [
      'mustChange.on',
      {
        columns: { ...sqliteUsersOptions.columns, mustChange: { column: 'must_change_password' } },
      },
    ],
    [
      'two different values',
      {
        columns: {
          ...sqliteUsersOptions.columns,
          mustChange: { column: 'must_change_password', on: 1, off: 1 },
        },
      },
    ],
    [
      'unlock.set writes the column that columns.mustChange names',
      { unlock: { set: { must_change_password: 0 } } },
    ],
    [
      'unlock.set writes the column that columns.passwordHash names',
      { unlock: { set: { password_hash: '' } } },
    ],
    ['unlock.set writes the column that columns.email names', { unlock: { set: { email: null } } }],
    ['unlock.set writes the column that status names', { unlock: { set: { status: 'active' } } }],
    [
      'unlock.set writes the column that scope names',
      { scope: { tenant: '7' }, unlock: { set: { tenant: '8' } } },
    ],
    [
      'tokenVersion writes the column that columns.passwordHash names',
      { tokenVersion: 'password_hash' },
    ],
    [
      'columns.passwordHash writes the column that columns.username',
      { columns: { ...sqliteUsersOptions.columns, passwordHash: 'username' } },
    ],
    [
      'columns.passwordHash writes the column that status names',
      { columns: { ...sqliteUsersOptions.columns, passwordHash: 'status' } },
    ],
    [
      'columns.expiresAt writes',
      { columns: { ...sqliteUsersOptions.columns, expiresAt: 'must_change_password' } },
    ],
    ['set has to name a column', { set: {} }],
    ['set has to name a column', { set: 'updated_at' }],
    ['set.updated_at has to be text', { set: { updated_at: undefined } }],
    ['set.updated_at has to be text', { set: { updated_at: [1] } }],
    ['set.updated_at has to be text', { set: { updated_at: Number.NaN } }],
    ['set.updated_at has to be text', { set: { updated_at: new Date(Number.NaN) } }],
    ['set.updated_at.fromHasher has to be a name', { set: { updated_at: { fromHasher: 1 } } }],
    ['sessionsAreCached has to be true or false', { sessionsAreCached: 300 }],
    ['ended has to be a list of tables and columns', { ended: ['sessions'] }],
    [
      'ended.holds has to be one of sessions, reset_links, api_keys, tokens',
      { ended: [{ table: 'sessions', userId: 'user_id', holds: 'cookies' }] },
    ],
    ['ended.table has to be a name', { ended: [{ columns: { token: null } }] }],
    ['ended.table has to be the table of', { ended: [{ table: 'x', columns: { token: null } }] }],
    [
      'ended.table has to be the table of',
      { ended: [{ table: 'main.users', columns: { token: null } }] },
    ],
    ['ended.columns has to name a column', { ended: [{ table: 'users', columns: {} }] }],
    [
      'ended.columns.updated_at writes the column that set.updated_at names',
      {
        set: { updated_at: null },
        ended: [{ table: 'users', columns: { updated_at: null } }],
      },
    ],
    [
      'set.secret writes the column that credentials.columns.passwordHash names',
      {
        columns: withoutHash,
        // Perhaps the same table under two names.
        credentials: {
          table: 'main.users',
          userId: 'other_id',
          columns: { passwordHash: 'secret' },
        },
        set: { secret: 'x' },
      },
    ],
    [
      'credentials.set.kind writes the column that credentials names',
      {
        columns: withoutHash,
        credentials: {
          table: 'secrets',
          userId: 'user_id',
          where: { kind: 'password' },
          columns: { passwordHash },
          set: { kind: 'other' },
        },
      },
    ],
    [
      'credentials.set has to name a column',
      {
        columns: withoutHash,
        credentials: {
          table: 'secrets',
          userId: 'user_id',
          columns: { passwordHash },
          set: null,
        },
      },
    ],
    ['secret must be at least 32 random bytes', { secret: new Uint8Array(31) }],
    ['secret must not be an empty list', { secret: [] }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['hashTimeoutMs', { hashTimeoutMs: 1.5 }],
  ]
  /** A column, the option that names the column, and what else the options say. */
  const kept: readonly [column: string, option: string, change?: object][] = [
    ['id', 'columns.id'],
    ['username', 'columns.username'],
    ['email', 'columns.email'],
    ['display_name', 'columns.displayName'],
    ['password_hash', 'columns.passwordHash'],
    ['must_change_password', 'columns.mustChange'],
    ['password_expires_at', 'columns.expiresAt'],
    ['status', 'status'],
    ['role', 'status', { status: { columns: ['email', 'role'], of: () => 'active' } }],
    ['role', 'privileged', { privileged: { column: 'role', values: ['admin'] } }],
    ['role', 'privileged', { privileged: { columns: ['role'], of: () => false } }],
    ['role', 'signsInElsewhere', { signsInElsewhere: { columns: ['role'], of: () => false } }],
    ['tenant', 'scope', { scope: { tenant: 'north' } }],
    ['failed_logins', 'unlock.set', { unlock: { set: { failed_logins: 0 } } }],
    ['failed_logins', 'tokenVersion', { tokenVersion: 'failed_logins' }],
    ['tenant', 'versionColumn', { versionColumn: { column: 'tenant', raisedBy: 'reset' } }],
    ['tenant', 'versionColumn', { versionColumn: { column: 'tenant', raisedBy: 'database' } }],
  ]
  it.each(kept)('are refused: set and ended write %s, which %s names', (column, option, change) => {
    const users = sqliteUsers()
    const db = users.db.withPlugin(new CamelCasePlugin())
    const inCamelCase = column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
    for (const name of [column, column.toUpperCase(), `u.${column}`, inCamelCase])
      for (const [place, more] of [
        ['set', { set: { [name]: () => 'x' } }],
        ['ended.columns', { ended: [{ table: 'users', columns: { [name]: null } }] }],
      ] as const) {
        const options = { ...sqliteUsersOptions, ...change, ...more } as AnyOptions
        const database = name === inCamelCase ? db : users.db
        expect(() => sqlUserStore(database, options)).toThrow(
          `${place}.${name} writes the column that ${option} names`,
        )
      }
  })

  it.each(refused)('are refused by name: %s', (name, change) => {
    const { db } = sqliteUsers()
    // Refused at runtime too, for callers without types.
    const options = { ...sqliteUsersOptions, ...(change as Partial<AnyOptions>) } as AnyOptions
    expect(() => sqlUserStore(db, options)).toThrow(ForceResetError)
    expect(() => sqlUserStore(db, options)).toThrow(name)
  })
})
