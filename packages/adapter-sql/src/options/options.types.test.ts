import { DatabaseSync } from 'node:sqlite'
import { noPrivilegedUsers } from '@force-reset/core'
import { type Generated, Kysely } from 'kysely'
import { expect, it } from 'vitest'
import { sqliteDialect } from '../node-sqlite.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

interface Tables {
  users: {
    id: Generated<number>
    email: string
    state: 'on' | 'off'
    role: string
    hash: string
    locked_until: Date | null
    lock: number
  }
  secrets: { owner_id: number; secret: string; temporary: boolean }
  sessions: { token: string; user_id: number }
  user_roles: { account_id: number; role_name: string; tenant: number }
}

/** Each is a configuration that compiles, with one thing in it that does not. */
const wrong = (db: Kysely<Tables>) => {
  const columns = { id: 'id', username: 'email', passwordHash: 'hash' } as const
  const status = { column: 'state', active: ['on'] } as const
  const rest = { privileged: noPrivilegedUsers, hasher: () => 'x' } as const
  const fits = { table: 'users', columns, status, ...rest } as const
  const beside = { ...fits, columns: { id: 'id', username: 'email' } } as const
  return [
    () => sqlUserStore(db, fits),
    () =>
      sqlUserStore(db, {
        ...fits,
        versionColumn: { column: 'lock', raisedBy: 'reset' },
        scope: { role: 'member' },
      }),
    () =>
      sqlUserStore(db, {
        ...beside,
        credentials: { table: 'secrets', userId: 'owner_id', columns: { passwordHash: 'secret' } },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        privileged: {
          table: 'user_roles',
          userId: 'account_id',
          role: 'role_name',
          values: ['admin'],
        },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        status: {
          columns: ['locked_until'],
          of: (row) => (row.locked_until === null ? 'active' : 'suspended'),
        },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        privileged: { columns: ['role'], of: (row) => row.role.includes('admin') },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        privileged: {
          columns: ['role', 'lock'],
          of: (row) => row.role.includes('admin') || row.lock > 8,
        },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        unlock: {
          set: { lock: 0, locked_until: null },
          locked: (row) => row.locked_until !== null,
        },
      }),
    () => sqlUserStore(db, { ...fits, signsInElsewhere: { column: 'role', values: ['saml'] } }),
    () =>
      sqlUserStore(db, {
        ...fits,
        signsInElsewhere: { columns: ['role'], of: (row) => row.role === 'saml' },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        signsInElsewhere: {
          table: 'user_roles',
          userId: 'account_id',
          provider: 'role_name',
          values: ['saml'],
        },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        status: { columns: ['state'], of: () => ({ status: 'suspended', reason: 'ended' }) },
      }),

    () =>
      sqlUserStore(db, {
        ...fits,
        hasher: () => ({ hash: 'x', values: { salt: 'y' } }),
        set: { locked_until: ({ now }) => now, lock: 0 },
        ended: [
          { table: 'users', columns: { lock: ({ resetId }) => resetId.length } },
          { table: 'sessions', userId: 'user_id', holds: 'tokens' },
        ],
      }),
    () =>
      sqlUserStore(db, {
        ...beside,
        credentials: {
          table: 'secrets',
          userId: 'owner_id',
          columns: { passwordHash: 'secret' },
          set: { temporary: true },
        },
      }),

    // @ts-expect-error no such column to set
    () => sqlUserStore(db, { ...fits, set: { updated_at: null } }),
    // @ts-expect-error a value of another type than its column
    () => sqlUserStore(db, { ...fits, set: { lock: 'seven' } }),
    // @ts-expect-error a function whose value is of another type than its column
    () => sqlUserStore(db, { ...fits, set: { lock: ({ now }) => now } }),
    // @ts-expect-error no such column to end
    () => sqlUserStore(db, { ...fits, ended: [{ table: 'users', columns: { token: null } }] }),
    () =>
      sqlUserStore(db, {
        ...fits,
        // @ts-expect-error a hasher whose values are no record
        hasher: () => ({ hash: 'x', values: 'salt' }),
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        // @ts-expect-error a column that the function does not name
        signsInElsewhere: { columns: ['role'], of: (row) => row.email === 'saml' },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        // @ts-expect-error a column of another table
        signsInElsewhere: { table: 'sessions', userId: 'account_id' },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        // @ts-expect-error a reason that does not exist
        status: { columns: ['state'], of: () => ({ status: 'suspended', reason: 'gone' }) },
      }),
    // @ts-expect-error no such table
    () => sqlUserStore(db, { ...fits, table: 'user' }),
    // @ts-expect-error no such column
    () => sqlUserStore(db, { ...fits, columns: { ...columns, username: 'mail' } }),
    // @ts-expect-error a column of another table
    () => sqlUserStore(db, { ...fits, columns: { ...columns, passwordHash: 'secret' } }),
    () =>
      sqlUserStore(db, {
        ...fits,
        // @ts-expect-error no such column
        columns: { ...columns, mustChange: { column: 'must', on: 1, off: 0 } },
      }),
    // @ts-expect-error no such column of a status
    () => sqlUserStore(db, { ...fits, status: { column: 'status', active: ['on'] } }),
    // @ts-expect-error a status that does not exist
    () => sqlUserStore(db, { ...fits, status: { columns: ['state'], of: () => 'enabled' } }),
    () =>
      sqlUserStore(db, {
        ...fits,
        // @ts-expect-error no such column in the row of a status function
        status: { columns: ['state'], of: (row) => (row.status === 'on' ? 'active' : 'suspended') },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        status: {
          columns: ['state'],
          // @ts-expect-error a column that the function of the status does not name
          of: (row) => (row.locked_until === null ? 'active' : 'suspended'),
        },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        // @ts-expect-error a column that the function of the privilege does not name
        privileged: { columns: ['state', 'lock'], of: (row) => row.role.includes('admin') },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        // @ts-expect-error a column that a reset does not set to lift the lock
        unlock: { set: { lock: 0 }, locked: (row) => row.locked_until !== null },
      }),
    // @ts-expect-error no such column of a privilege
    () => sqlUserStore(db, { ...fits, privileged: { column: 'roles', values: ['admin'] } }),
    () =>
      sqlUserStore(db, {
        ...fits,
        // @ts-expect-error no such column of the table of roles
        privileged: {
          table: 'user_roles',
          userId: 'user_id',
          role: 'role_name',
          values: ['admin'],
        },
      }),
    // @ts-expect-error privileged is left out
    () => sqlUserStore(db, { table: 'users', columns, status, hasher: () => 'x' }),
    // @ts-expect-error the hasher is left out
    () => sqlUserStore(db, { table: 'users', columns, status, privileged: noPrivilegedUsers }),
    // @ts-expect-error no such column of the tenant
    () => sqlUserStore(db, { ...fits, scope: { tenant_id: 7 } }),
    // @ts-expect-error a tenant of another type than its column
    () => sqlUserStore(db, { ...fits, scope: { lock: 'seven' } }),
    // @ts-expect-error no such column of a lock
    () => sqlUserStore(db, { ...fits, unlock: { set: { failed: 0 } } }),
    // @ts-expect-error no such column of token versions
    () => sqlUserStore(db, { ...fits, tokenVersion: 'tokens' }),
    // @ts-expect-error no such column of versions
    () => sqlUserStore(db, { ...fits, versionColumn: { column: 'version', raisedBy: 'reset' } }),
    // @ts-expect-error no such column of sessions
    () => sqlUserStore(db, { ...fits, ended: [{ table: 'sessions', userId: 'owner_id' }] }),
    // @ts-expect-error no such table of sessions
    () => sqlUserStore(db, { ...fits, ended: [{ table: 'session', userId: 'user_id' }] }),
    // @ts-expect-error the hash is nowhere
    () => sqlUserStore(db, beside),
    () =>
      // @ts-expect-error the hash is in two places
      sqlUserStore(db, {
        ...fits,
        credentials: { table: 'secrets', userId: 'owner_id', columns: { passwordHash: 'secret' } },
      }),
    () =>
      sqlUserStore(db, {
        ...fits,
        // @ts-expect-error no such table inside the transaction
        inTransaction: async (trx) => void (await trx.insertInto('outbox').values({}).execute()),
      }),
  ]
}

it('options that name what is not in the schema do not compile, by `tsc`', async () => {
  const db = new Kysely<Tables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
  expect(wrong(db).length).toBeGreaterThan(20)
  await db.destroy()
})
