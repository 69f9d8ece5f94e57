import type { SqlStatusReason, SqlUserStoreOptions } from '@force-reset/adapter-sql'

/** The names in the file for each option of the store, or why there is none. */
export const namesInFile = {
  table: 'table',
  columns: 'columns',
  status: 'status',
  privileged: 'privileged',
  signsInElsewhere: 'signsInElsewhere',
  facts: 'facts',
  unlock: 'unlock',
  tokenVersion: 'tokenVersion',
  ended: ['sessions', 'resetLinks', 'apiKeys', 'endedColumns'],
  set: 'timeColumns',
  hasher: { because: 'The console hashes with Argon2id.' },
  survives: { because: 'The console names what can outlive a reset.' },
  sessionsAreCached: { because: 'The console itself asks for each session.' },
  credentials: { because: 'The pages of users read the password in the table of users.' },
  versionColumn: { because: 'The version is a digest of what an operator decides on.' },
  scope: { because: 'The console serves one operator, who resets all accounts.' },
  unusableHash: { because: 'A function is code. The default knows the usual marks.' },
  inTransaction: { because: 'A function is code.' },
  secret: { because: 'The console reads the secret from the file of SECRET_FILE.' },
  endpoint: { because: 'A receipt says sqlite.' },
  hashTimeoutMs: { because: 'The default fits a help desk.' },
  timeoutMs: { because: 'The default fits a help desk.' },
  now: { because: 'The clock is that of the computer.' },
} as const satisfies Readonly<
  Record<
    keyof SqlUserStoreOptions<AnyTables, string>,
    keyof UsersTable | readonly (keyof UsersTable)[] | { readonly because: string }
  >
>

type AnyTables = Record<string, Record<string, unknown>>

/**
 * Where an existing database keeps its users: the names of tables and columns, and what their
 * values mean.
 */
export interface UsersTable {
  readonly table: string
  readonly columns: UsersColumns
  readonly status: StatusColumn
  /** Which accounts are privileged and therefore not reset here; `none` has to be said. */
  readonly privileged: ColumnRule | RolesTable | 'none'
  /** Which accounts sign in elsewhere, and are not reset. */
  readonly signsInElsewhere?: ColumnRule
  /** What tells people of one name apart: names as operators read them, each with its column. */
  readonly facts?: Readonly<Record<string, string>>
  /** The columns that lift a lock by failed sign-ins, and their values. */
  readonly unlock?: Readonly<Record<string, string | number | boolean | null>>
  /** A number that a reset raises by one, so that tokens issued before are refused. */
  readonly tokenVersion?: string
  /** The table of sessions that a reset ends, when there is one. */
  readonly sessions?: RowsTable
  /** The table of reset links that a reset deletes, when there is one. */
  readonly resetLinks?: RowsTable
  /** The table of API keys that a reset deletes, when there is one. */
  readonly apiKeys?: RowsTable
  /** Columns of the account that hold tokens. A reset empties them. */
  readonly endedColumns: readonly string[]
  /** Columns of the account that a reset sets to its time, in ISO 8601. */
  readonly timeColumns: readonly string[]
}

/** A rule for the accounts with one of these values in a column. */
export interface ColumnRule {
  readonly column: string
  readonly values: readonly string[]
}

/** A table with a row for each role of each account, and the roles that are privileged. */
export interface RolesTable {
  readonly table: string
  readonly userId: string
  readonly role: string
  readonly values: readonly string[]
}

/** A table whose rows of the account a reset deletes. */
export interface RowsTable {
  readonly table: string
  readonly userId: string
}

export interface UsersColumns {
  readonly id: string
  readonly username: string
  readonly passwordHash: string
  /**
   * Whether the password is temporary. Without this column nobody could make the user choose a new
   * password.
   */
  readonly mustChange: string
  /** When a temporary password stops working. */
  readonly expiresAt: string
  readonly email?: string
  readonly displayName?: string
  readonly createdAt?: string
  readonly updatedAt?: string
  readonly passwordSetAt?: string
  readonly lockedUntil?: string
  readonly endsOn?: string
  readonly lastSignIn?: string
}

/**
 * The column of the status, and the meaning of its values. An account with any other value is
 * `unknown`, and not reset.
 */
export interface StatusColumn {
  readonly column: string
  readonly active: readonly string[]
  readonly pending: readonly string[]
  readonly suspended: readonly string[]
  readonly deleted: readonly string[]
  /** What the values mean, so that an operator is told the reason. */
  readonly reasons?: { readonly [R in SqlStatusReason]?: readonly string[] }
}

/** Columns of moments that a table may have, and that are only shown. */
export const momentColumns = ['passwordSetAt', 'lockedUntil', 'endsOn', 'lastSignIn'] as const

/**
 * What the console expects when no configuration file says otherwise.
 */
export const defaultUsersTable: UsersTable = {
  table: 'users',
  columns: {
    id: 'id',
    username: 'username',
    email: 'email',
    displayName: 'display_name',
    passwordHash: 'password_hash',
    mustChange: 'must_change_password',
    expiresAt: 'password_expires_at',
    createdAt: 'created_at',
    updatedAt: 'updated_at',
  },
  status: {
    column: 'status',
    active: ['active'],
    pending: ['pending'],
    suspended: ['suspended'],
    deleted: ['deleted'],
  },
  privileged: { column: 'role', values: ['admin'] },
  endedColumns: [],
  timeColumns: ['updated_at'],
}

/** The table of the sample accounts: the same, with more to show. */
export const sampleUsersTable: UsersTable = {
  ...defaultUsersTable,
  columns: { ...defaultUsersTable.columns, endsOn: 'ends_on' },
  facts: { Department: 'department', 'Employee number': 'employee_number' },
}
