import { signInGate } from '@force-reset/core'
import { hash, verify } from 'argon2'
import type { Database } from './database.ts'
import { usersStore } from './users-store.ts'

export async function signIn(
  db: Database,
  email: string,
  password: string,
): Promise<'refused' | 'expired' | 'change_password' | 'open'> {
  const user = await db
    .selectFrom('users')
    .selectAll()
    .where('email', '=', email)
    .executeTakeFirst()
  if (!user?.password_hash || user.state === 'blocked' || user.state === 'deleted') return 'refused'
  if (!(await verify(user.password_hash, password))) return 'refused'
  const { must_change_password: must, password_expires_at: expires } = user
  // On SQLite and MariaDB a boolean is a number. On SQLite a moment is text.
  return signInGate({
    mustChange: Boolean(must),
    expiresAt: expires === null ? null : new Date(expires),
  })
}

export async function changePassword(db: Database, id: number, newPassword: string): Promise<void> {
  const password_hash = await hash(newPassword)
  const { clearedColumns } = usersStore(db)
  await db
    .updateTable('users')
    .set({ password_hash, ...clearedColumns })
    .where('id', '=', id)
    .execute()
}
