/**
 * Where an existing database keeps its users: the names of tables and columns, and what their
 * values mean.
 */
export interface UsersTable {
  readonly table: string
  readonly columns: UsersColumns
  readonly status: StatusColumn
  /** Which accounts are privileged and therefore not reset here; `none` has to be said. */
  readonly privileged: { readonly column: string; readonly values: readonly string[] } | 'none'
  /** The table of sessions that a reset ends, when there is one. */
  readonly sessions?: { readonly table: string; readonly userId: string }
  /** Columns of the account that hold tokens. A reset empties them. */
  readonly endedColumns: readonly string[]
  /** Columns of the account that a reset sets to its time, in ISO 8601. */
  readonly timeColumns: readonly string[]
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
}

/**
 * What the console expects when no configuration file says otherwise. The sample accounts are in
 * such a table.
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
