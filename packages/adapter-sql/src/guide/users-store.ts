import { type SqlUserStore, type SqlUserStoreOptions, sqlUserStore } from '@force-reset/adapter-sql'
import { argon2id } from '@force-reset/adapter-sql/argon2'
import type { Database, Tables } from './database.ts'

export const usersOptions = {
  table: 'users',
  columns: {
    id: 'id',
    username: 'email',
    displayName: 'full_name',
    passwordHash: 'password_hash',
    mustChange: 'must_change_password',
    expiresAt: 'password_expires_at',
  },
  status: {
    column: 'state',
    active: ['enabled'],
    pending: ['invited'],
    suspended: ['blocked'],
    deleted: ['deleted'],
  },
  privileged: { column: 'role', values: ['admin', 'owner'] },
  hasher: argon2id(),
  unlock: { set: { failed_logins: 0 }, locked: (row) => row.failed_logins >= 5 },
  ended: [{ table: 'sessions', userId: 'user_id' }],
} satisfies SqlUserStoreOptions<Tables, 'users'>

export function usersStore(db: Database): SqlUserStore {
  return sqlUserStore(db, usersOptions)
}
