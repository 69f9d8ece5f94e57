import { noPrivilegedUsers, sqlUserStore } from '@force-reset/adapter-sql'
import { argon2id } from '@force-reset/adapter-sql/argon2'
import type { UserStore } from '@force-reset/core'
import type { Kysely } from 'kysely'
import type { UsersTable } from '../settings/users-table.ts'

/** Tables of which only the names in the configuration are known. */
export type AnyTables = Record<string, Record<string, unknown>>

/** The store on the table that the configuration describes. */
export function usersStore(
  db: Kysely<AnyTables>,
  { table, columns, status, privileged, sessions }: UsersTable,
): UserStore {
  return sqlUserStore(db, {
    table,
    columns,
    status,
    privileged: privileged === 'none' ? noPrivilegedUsers : privileged,
    hasher: argon2id(),
    ...(sessions ? { ended: [sessions] } : {}),
    // The console ends the sessions of its own sign-in. Whether the application behind an existing
    // table sends links or issues keys is unknown here.
    survives: ['in_flight_sign_ins'],
  })
}
