import type { Generated, Kysely } from 'kysely'

/** The tables as they are, written by hand or by kysely-codegen. */
export interface Tables {
  users: {
    id: Generated<number>
    tenant_id: number
    email: string
    full_name: string | null
    state: 'enabled' | 'invited' | 'blocked' | 'deleted'
    role: 'member' | 'admin' | 'owner'
    password_hash: string | null
    must_change_password: Generated<boolean>
    /** Text on SQLite. */
    password_expires_at: Date | string | null
    failed_logins: Generated<number>
  }
  sessions: { token: string; user_id: number }
  outbox: { topic: string; user_id: string }
}

export type Database = Kysely<Tables>
