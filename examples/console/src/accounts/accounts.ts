import type { AccountStatus, SignInState } from '@force-reset/core'
import { type QueryExecutorProvider, sql } from 'kysely'
import type { UsersTable } from '../settings/users-table.ts'

/** An account as the application's own sign-in sees it. */
export interface Account {
  readonly id: string
  readonly username: string
  readonly displayName: string | undefined
  readonly status: AccountStatus
  readonly passwordHash: string | undefined
  readonly state: SignInState
}

/** The application's side of the users table. */
export interface Accounts {
  byUsername(username: string): Promise<Account | undefined>
  byId(id: string): Promise<Account | undefined>
  /**
   * Stores the user's own password.
   *
   * @returns `false` when the account has another password than `account` says, and nothing was
   *   changed.
   */
  choosePassword(account: Account, passwordHash: string): Promise<boolean>
}

interface Row {
  readonly id: string | number
  readonly username: string
  readonly displayName: string | null
  readonly status: string | null
  readonly passwordHash: string | null
  readonly mustChange: unknown
  readonly expiresAt: unknown
}

/** Reads and writes the users table that `table` describes. */
export function accounts(db: QueryExecutorProvider, table: UsersTable): Accounts {
  const { columns } = table
  const displayName = columns.displayName === undefined ? sql`NULL` : sql.ref(columns.displayName)
  const hash = sql.ref(columns.passwordHash)
  const select = sql`SELECT CAST(${sql.ref(columns.id)} AS TEXT) AS "id",
    ${sql.ref(columns.username)} AS "username", ${displayName} AS "displayName",
    ${sql.ref(table.status.column)} AS "status", ${hash} AS "passwordHash",
    ${sql.ref(columns.mustChange)} AS "mustChange", ${sql.ref(columns.expiresAt)} AS "expiresAt"
    FROM ${sql.table(table.table)}`

  const one = async (column: string, value: string): Promise<Account | undefined> => {
    const { rows } = await sql<Row>`${select} WHERE ${sql.ref(column)} = ${value} LIMIT 2`.execute(
      db,
    )
    const [row, another] = rows
    // Of two accounts with one name, nobody can say whose password was typed.
    return row === undefined || another !== undefined ? undefined : accountOf(row, table)
  }

  return {
    byUsername: (username) => one(columns.username, username),
    byId: (id) => one(columns.id, id),
    async choosePassword(account, passwordHash) {
      // The old hash is a condition, so that a reset in the meantime wins. Its temporary password
      // would otherwise be lost without a trace.
      const statement = sql`UPDATE ${sql.table(table.table)}
        SET ${hash} = ${passwordHash}, ${sql.ref(columns.mustChange)} = 0,
          ${sql.ref(columns.expiresAt)} = NULL
        WHERE ${sql.ref(columns.id)} = ${account.id} AND ${hash} = ${account.passwordHash}`
      const result = await statement.execute(db)
      return result.numAffectedRows === 1n
    },
  }
}

function accountOf(row: Row, table: UsersTable): Account {
  return {
    id: String(row.id),
    username: row.username,
    displayName: row.displayName ?? undefined,
    status: statusOf(row.status, table),
    passwordHash: row.passwordHash ?? undefined,
    state: { mustChange: Number(row.mustChange) === 1, expiresAt: momentOf(row.expiresAt) },
  }
}

function statusOf(value: string | null, table: UsersTable): AccountStatus {
  const { status } = table
  const known = (['active', 'pending', 'suspended', 'deleted'] as const).find(
    (name) => value !== null && status[name].includes(value),
  )
  return known ?? 'unknown'
}

/**
 * Reads a moment as SQLite stores it: text in UTC, or milliseconds. An unreadable moment has
 * expired: a temporary password must not become a lasting password.
 */
function momentOf(value: unknown): Date | null {
  if (value === null || value === undefined) return null
  const moment = new Date(
    typeof value === 'number' || typeof value === 'bigint' ? Number(value) : String(value),
  )
  return Number.isNaN(moment.getTime()) ? new Date(0) : moment
}
