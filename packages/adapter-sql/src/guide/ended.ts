import { randomBytes, randomUUID, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import {
  type HashedPassword,
  noPrivilegedUsers,
  type PasswordHasher,
  type SqlUserStoreOptions,
} from '@force-reset/adapter-sql'

export interface WithTokens {
  users: {
    id: number
    email: string
    active: number
    password_hash: string
    password_salt: string
    remember_token: string | null
    reset_password_token: string | null
    security_stamp: string
    updated_at: string
  }
  web_sessions: { user_id: number }
  refresh_tokens: { user_id: number }
}

/** The key without the salt: the salt has a column of its own. */
const hasher: PasswordHasher<HashedPassword> = async (password) => {
  const salt = randomBytes(16).toString('hex')
  const key = await promisify<Uint8Array, string, number, Buffer>(scrypt)(password, salt, 32)
  return { hash: key.toString('hex'), values: { salt } }
}

export const withTokens: SqlUserStoreOptions<WithTokens, 'users'> = {
  table: 'users',
  columns: { id: 'id', username: 'email', passwordHash: 'password_hash' },
  status: { column: 'active', active: [1], suspended: [0] },
  privileged: noPrivilegedUsers,
  hasher,
  set: {
    password_salt: { fromHasher: 'salt' },
    updated_at: ({ now }) => now.toISOString(),
  },
  ended: [
    { table: 'web_sessions', userId: 'user_id' },
    { table: 'refresh_tokens', userId: 'user_id', holds: 'tokens' },
    { table: 'users', columns: { remember_token: null, security_stamp: () => randomUUID() } },
    { table: 'users', columns: { reset_password_token: null }, holds: 'reset_links' },
  ],
}
