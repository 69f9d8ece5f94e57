import type {
  AccountStatus,
  noPrivilegedUsers,
  Secret,
  StatusReason,
  Survivor,
} from '@force-reset/core'
import type { InsertType, SelectType, Transaction } from 'kysely'
import type { HashedPassword, PasswordHasher, WrittenValue } from './password-hasher.ts'

/** A table of the caller's Kysely schema. */
export type TableName<DB> = keyof DB & string
/** A column of that table. A name that is not in the schema does not compile. */
export type ColumnName<DB, TB extends TableName<DB>> = keyof DB[TB] & string

/** A value that a column is compared with or set to. */
export type ColumnValue = string | number | bigint | boolean | null

/** Columns that show the owner of an account. */
export interface IdentityColumns<DB, TB extends TableName<DB>> {
  /** Primary key: text, number or UUID. */
  readonly id: ColumnName<DB, TB>
  /**
   * The name that the user types to sign in. Lists are sorted by this column; an account without a
   * name is not listed.
   */
  readonly username: ColumnName<DB, TB>
  readonly email?: ColumnName<DB, TB> | undefined
  readonly displayName?: ColumnName<DB, TB> | undefined
  readonly createdAt?: ColumnName<DB, TB> | undefined
  readonly updatedAt?: ColumnName<DB, TB> | undefined
  /** When the password was set. */
  readonly passwordSetAt?: ColumnName<DB, TB> | undefined
  /** When a lock by failed sign-ins ends. A moment that has passed is not shown. */
  readonly lockedUntil?: ColumnName<DB, TB> | undefined
  /** The end date of the account. The date is only shown; `status` decides. */
  readonly endsOn?: ColumnName<DB, TB> | undefined
  readonly lastSignIn?: ColumnName<DB, TB> | undefined
}

/** Columns that make a temporary password temporary. */
export interface GateColumns<DB, TB extends TableName<DB>> {
  /**
   * Whether the user has to choose a new password; see `signInGate`. A reset sets the column to
   * true, or to `on`. A column of text or of an enumeration needs `on` and `off`, as text; resets
   * are refused otherwise. Without this column the store cannot force a change, and
   * `requireMustChange` has to be switched off.
   */
  readonly mustChange?:
    | ColumnName<DB, TB>
    | { readonly column: ColumnName<DB, TB>; readonly on: ColumnValue; readonly off: ColumnValue }
    | undefined
  /**
   * When the temporary password stops working. A reset writes UTC in ISO 8601, or the result of
   * `write`. In a `datetime` or `timestamp` of MariaDB and MySQL the driver writes a `Date`.
   * Without this column temporary passwords do not expire.
   */
  readonly expiresAt?:
    | ColumnName<DB, TB>
    | { readonly column: ColumnName<DB, TB>; write(moment: Date): ColumnValue }
    | undefined
}

/** Everything that is known of a write before it is sent: no password and no hash. */
export interface WriteFacts extends AppliedWrite {
  /** The time by the clock `now` of the options. All columns of one write get the same time. */
  readonly now: Date
}

/**
 * The new value of a column. A function is asked once for each write, before the write; throwing
 * refuses the reset. `fromHasher` takes a value that the hasher gave beside the hash.
 */
export type SetValue<T> =
  | OwnWritten<T>
  | { readonly fromHasher: string }
  | ((facts: WriteFacts) => OwnWritten<T>)

/** Columns that a write sets, and their new values. */
export type SetColumns<DB, TB extends TableName<DB>> = {
  readonly [C in ColumnName<DB, TB>]?: SetValue<DB[TB][C]>
}

type OwnWritten<T> = unknown extends T
  ? WrittenValue
  : Extract<SelectType<T> | InsertType<T>, WrittenValue>

/**
 * A table of its own for passwords: with a row for each account, or for each account and provider.
 */
export interface CredentialsTable<DB, TB extends TableName<DB>> {
  readonly table: TB
  /** Holds the account's id. */
  readonly userId: ColumnName<DB, TB>
  /** Which of an account's rows holds the password: `{ provider: 'password' }`. */
  readonly where?: ColumnValues<DB, TB> | undefined
  readonly columns: { readonly passwordHash: ColumnName<DB, TB> } & GateColumns<DB, TB>
  /** The same as the option `set`, for columns of this table: a salt, the time of the change. */
  readonly set?: SetColumns<DB, TB> | undefined
}

/** Columns and their values. */
export type ColumnValues<DB, TB extends TableName<DB>> = {
  readonly [C in ColumnName<DB, TB>]?: ColumnValue
}

/** Columns and values of the columns' own types: a value of another type does not compile. */
type OwnValues<DB, TB extends TableName<DB>> = {
  readonly [C in ColumnName<DB, TB>]?: OwnValue<DB[TB][C]>
}

/** The type that is read, or that may be written: drivers read large numbers as text. */
type OwnValue<T> = unknown extends T
  ? ColumnValue
  : Extract<SelectType<T> | InsertType<T>, ColumnValue>

/** Why an account may not be reset, where the options tell the reason with the status. */
export type SqlStatusReason = Extract<StatusReason, 'disabled' | 'ended' | 'blocked' | 'locked'>

/** A status, and the reason for it. */
export interface StatusAnswer {
  readonly status: AccountStatus
  readonly reason?: SqlStatusReason | undefined
}

/**
 * Status by the values of one column. A value that is not named, `null` included, means `unknown`,
 * and an account of unknown status is not reset.
 */
export interface StatusValues<DB, TB extends TableName<DB>> {
  readonly column: ColumnName<DB, TB>
  readonly active: readonly ColumnValue[]
  readonly pending?: readonly ColumnValue[] | undefined
  readonly suspended?: readonly ColumnValue[] | undefined
  readonly deleted?: readonly ColumnValue[] | undefined
  /**
   * What the values mean, so that an operator is told the reason and its cure:
   * `{ blocked: ['locked'], ended: ['expired'] }`. Each value has to be one of those above.
   */
  readonly reasons?:
    | { readonly [R in SqlStatusReason]?: readonly ColumnValue[] | undefined }
    | undefined
}

/**
 * The columns that a function names, as the driver reads them. Reading another column does not
 * compile, and throws.
 */
export type NamedColumns<DB, TB extends TableName<DB>, C extends ColumnName<DB, TB>> = {
  readonly [N in C]: SelectType<DB[TB][N]>
}

/**
 * Status by a function of some columns: booleans, timestamps, combinations. Throwing means
 * `unknown`. The function is asked again right before the write, because it may go by the time.
 */
export interface StatusFunction<
  DB,
  TB extends TableName<DB>,
  C extends ColumnName<DB, TB> = ColumnName<DB, TB>,
> {
  readonly columns: readonly C[]
  of(row: NamedColumns<DB, TB, C>, now: Date): AccountStatus | StatusAnswer
}

/**
 * Tells who is privileged. A column of the account decides, or a function of some columns, or a row
 * in a table of roles or groups.
 */
export type Privileged<
  DB,
  TB extends TableName<DB>,
  C extends ColumnName<DB, TB> = ColumnName<DB, TB>,
> =
  | ValuesOfColumn<DB, TB>
  | FunctionOfColumns<DB, TB, C>
  | { [RT in TableName<DB>]: RoleTable<DB, RT> }[TableName<DB>]
  | typeof noPrivilegedUsers

/**
 * A rule by a column that holds one value or a list. Blanks and every sign but `_`, `-` and `.`
 * separate the values of a list, and each value counts. Values are compared without regard to case,
 * Unicode form and blanks around them, here and in the rows of a table. Escapes of JSON are undone.
 */
export interface ValuesOfColumn<DB, TB extends TableName<DB>> {
  readonly column: ColumnName<DB, TB>
  readonly values: readonly ColumnValue[]
}

/**
 * A rule by a function of some columns: lists, JSON, bits of a number. The rule holds unless the
 * function answers `false`; throwing means that the rule holds.
 */
export interface FunctionOfColumns<
  DB,
  TB extends TableName<DB>,
  C extends ColumnName<DB, TB> = ColumnName<DB, TB>,
> {
  readonly columns: readonly C[]
  of(row: NamedColumns<DB, TB, C>): boolean
}

/** A table with a row for each role of each account. */
export interface RoleTable<DB, RT extends TableName<DB>> {
  readonly table: RT
  /** Holds the account's id. */
  readonly userId: ColumnName<DB, RT>
  readonly role: ColumnName<DB, RT>
  /** A row may hold one of these, or a list: each value of a list counts, as in a column. */
  readonly values: readonly ColumnValue[]
  /**
   * All values that make nobody privileged. With them `checkSqlTable` names every value that
   * nobody has thought of. They change nothing else.
   */
  readonly ordinary?: readonly ColumnValue[] | undefined
  /** Which rows count: the tenant, where ids are not unique without it. */
  readonly where?: ColumnValues<DB, RT> | undefined
}

/**
 * Says which accounts sign in elsewhere, and are refused. A column of the account says so, a
 * function of some columns, or a row in a table of identities.
 */
export type SignsInElsewhere<
  DB,
  TB extends TableName<DB>,
  C extends ColumnName<DB, TB> = ColumnName<DB, TB>,
> =
  | ValuesOfColumn<DB, TB>
  | FunctionOfColumns<DB, TB, C>
  | { [IT in TableName<DB>]: IdentityTable<DB, IT> }[TableName<DB>]

/** A table with a row for each identity of an account at another provider. */
export interface IdentityTable<DB, IT extends TableName<DB>> {
  readonly table: IT
  /** Holds the account's id. */
  readonly userId: ColumnName<DB, IT>
  /** Names the provider. Without it every row of the account counts. */
  readonly provider?: ColumnName<DB, IT> | undefined
  /** The providers that count; goes with `provider`. */
  readonly values?: readonly ColumnValue[] | undefined
  /** Which rows count: the tenant, where ids are not unique without it. */
  readonly where?: ColumnValues<DB, IT> | undefined
  /**
   * Whether an account with a usable hash of its own is reset in spite of such a row: where people
   * may sign in both ways. Default `false`.
   */
  readonly onlyWithoutPassword?: boolean | undefined
}

/** Things that end with the old password. */
export type EndedKind = 'sessions' | 'reset_links' | 'api_keys' | 'tokens'

/** A table whose rows of the account are deleted in the same transaction. */
export interface EndedTable<DB, ST extends TableName<DB>> {
  readonly table: ST
  /** Holds the account's id. */
  readonly userId: ColumnName<DB, ST>
  /** What the rows are. Default `sessions`; `tokens` are remember-me and refresh tokens. */
  readonly holds?: EndedKind | undefined
  /**
   * Which of the account's rows: a kind of token; the tenant, where ids repeat in other tenants.
   * Default all.
   */
  readonly where?: ColumnValues<DB, ST> | undefined
}

/** Columns of an account, or of its row in `credentials`, that end with the old password. */
export interface EndedColumns<DB, TB extends TableName<DB>> {
  /** The table of the accounts, or of `credentials`, named as it is named there. */
  readonly table: TB
  /** Their new values: `{ remember_token: null, security_stamp: () => randomUUID() }`. */
  readonly columns: SetColumns<DB, TB>
  /** What the columns hold. Default `tokens`. */
  readonly holds?: EndedKind | undefined
}

/** A column that changes with each change of the row, and so is the version of an account. */
export interface VersionColumn<DB, TB extends TableName<DB>> {
  /** `xmin` is PostgreSQL's own column of every row. */
  readonly column: ColumnName<DB, TB> | 'xmin'
  /**
   * `reset`: a number that a reset raises by one, as the application does with its own changes
   * (optimistic locking). `database`: the database changes the column with each update: `xmin`,
   * `ON UPDATE CURRENT_TIMESTAMP(6)`, a trigger.
   */
  readonly raisedBy: 'reset' | 'database'
}

/** The write that `inTransaction` is told of: no password and no hash. */
export interface AppliedWrite {
  readonly resetId: string
  /** `expire`: a throwaway in the place of an unused temporary password. */
  readonly purpose: 'reset' | 'expire'
  readonly userId: string
  readonly username: string
  /**
   * Who asked for the write, why, and the reference that came with it: escaped, as in the audit
   * events of this `resetId`. Absent where nobody asked, as in a sweep.
   */
  readonly operatorId?: string | undefined
  readonly reason?: string | undefined
  readonly correlationId?: string | undefined
}

/** The options that do not depend on the table of the password. */
interface CommonOptions<
  DB,
  TB extends TableName<DB>,
  SC extends ColumnName<DB, TB>,
  PC extends ColumnName<DB, TB>,
  LC extends ColumnName<DB, TB>,
  EC extends ColumnName<DB, TB>,
> {
  readonly table: TB
  readonly status: StatusValues<DB, TB> | StatusFunction<DB, TB, SC>
  readonly privileged: Privileged<DB, TB, PC>
  /**
   * What tells two people of one name apart, in the order to show: names as operators read them,
   * each with its column, `{ Department: 'dept', 'Employee number': 'employee_no' }`. At most
   * twelve. A fact is shown and never compared: a fact identifies an account, never a caller. A
   * column that is written with the password is refused.
   */
  readonly facts?: { readonly [name: string]: ColumnName<DB, TB> } | undefined
  /** Accounts that sign in elsewhere: a reset would give them a password beside that. */
  readonly signsInElsewhere?: SignsInElsewhere<DB, TB, EC> | undefined
  /**
   * Whether no password fits a stored hash, so that its account is refused. Anything but `false`
   * refuses. Default: an empty text, or one that begins with `!` or `*`. `NULL` is not asked about:
   * invited accounts have it. A `pending` account may have an empty text for the same reason.
   */
  unusableHash?(hash: string): boolean
  /** Makes hashes that the application's own sign-in verifies. */
  readonly hasher: PasswordHasher<string | HashedPassword>
  /**
   * A condition in every statement, reads and the write: the tenant. For this store an account of
   * another tenant does not exist. Each value is compared exactly, letter by letter, whatever the
   * collation of its column is.
   *
   * Make one store for each operator's tenant:
   * `store: (operator) => sqlUserStore(db, { scope: { tenant_id: operator.tenantId }, … })`.
   */
  readonly scope?: OwnValues<DB, TB> | undefined
  /** Failed sign-ins and locks: the columns that lift a lock, and how a lock is recognised. */
  readonly unlock?: Unlock<DB, TB, LC> | undefined
  /** A number that a reset raises by one, so that tokens issued before the reset are refused. */
  readonly tokenVersion?: ColumnName<DB, TB> | undefined
  /**
   * What ends with the old password: sessions, tokens, reset links, API keys. A table is emptied
   * for the account, and a column of the account gets a new value.
   */
  readonly ended?:
    | readonly {
        [ST in TableName<DB>]: EndedTable<DB, ST> | EndedColumns<DB, ST>
      }[TableName<DB>][]
    | undefined
  /**
   * Columns of the account that are written together with the hash:
   * `{ updated_at: ({ now }) => now, password_salt: { fromHasher: 'salt' } }`. Not the columns by
   * which an account is found and judged, and none that another option writes.
   */
  readonly set?: SetColumns<DB, TB> | undefined
  /**
   * Whether the application takes a session for good without asking the database: a cookie cache, a
   * JWT. Receipts then name `sessions`, although `ended` or `tokenVersion` ends them in the
   * database. Default `false`.
   */
  readonly sessionsAreCached?: boolean | undefined
  /**
   * Runs in the same transaction, after the write: an audit row, an outbox. Throwing rolls
   * everything back, and nothing is changed. The function may run more than once, each time in a
   * transaction of its own; at most one of the transactions is committed.
   */
  inTransaction?(trx: Transaction<DB>, applied: AppliedWrite): Promise<void>
  /**
   * What outlives the old password. Default: everything that this configuration does not rule out.
   * That is `in_flight_sign_ins`, and each of `sessions`, `tokens`, `reset_links` and `api_keys`
   * that `ended` does not end. `sessionsAreCached` adds `sessions` to either.
   */
  readonly survives?: readonly Survivor[] | undefined
  /**
   * Makes the keys of versions and marks: at least 32 random bytes, or text of as many in
   * hexadecimal or base64url. A list of `{ label, key }` rotates: the first key makes, all keys
   * verify. Versions and marks show the label of their key.
   *
   * Default: random for each process. A version that this process has shown is then a conflict in
   * another process, with the reason `foreign_version`. And another process cannot tell by a mark
   * what has become of a reset.
   */
  readonly secret?: Secret | undefined
  /**
   * Appears in receipts: the database that took the write, without credentials. Default `postgres`,
   * `mysql` or `sqlite`.
   */
  readonly endpoint?: string | undefined
  /**
   * How long one hash may take, its turn in the queue included, in milliseconds. Default 30,000. A
   * late hash is not written.
   */
  readonly hashTimeoutMs?: number | undefined
  /**
   * How long one statement may take, in milliseconds. Default 10,000. The database's own statement
   * timeout should be shorter.
   */
  readonly timeoutMs?: number | undefined
  /** The clock for the functions of the options, in milliseconds. Default `Date.now`. */
  now?(): number
}

/** How failed sign-ins lock an account of this table. */
export interface Unlock<
  DB,
  TB extends TableName<DB>,
  C extends ColumnName<DB, TB> = ColumnName<DB, TB>,
> {
  /** `{ failed_logins: 0, locked_until: null }` */
  readonly set: { readonly [N in C]?: ColumnValue }
  /** Reads the columns of `set`. Throwing means locked. Without it nobody can see a lock. */
  locked?(row: NamedColumns<DB, TB, C>, now: Date): boolean
}

/**
 * Options of `sqlUserStore`. The last four types are the columns that the functions of status,
 * privilege, lock and of signing in elsewhere read.
 */
export type SqlUserStoreOptions<
  DB,
  TB extends TableName<DB>,
  SC extends ColumnName<DB, TB> = ColumnName<DB, TB>,
  PC extends ColumnName<DB, TB> = ColumnName<DB, TB>,
  LC extends ColumnName<DB, TB> = ColumnName<DB, TB>,
  EC extends ColumnName<DB, TB> = ColumnName<DB, TB>,
> = CommonOptions<DB, TB, SC, PC, LC, EC> &
  (
    | {
        readonly columns: IdentityColumns<DB, TB> & {
          readonly passwordHash: ColumnName<DB, TB>
        } & GateColumns<DB, TB>
        readonly credentials?: undefined
        /**
         * The version by a column, in place of a digest of everything that an operator decides on.
         * The version then moves whenever the column moves, with a failed sign-in for example.
         *
         * Without a `secret` the digest of the version has no secret, and is the same in every
         * process. It holds the id, the user name, the e-mail address, this column, the status and
         * the privilege. An account whose column is empty is always a conflict. Not with
         * `credentials`: their row does not move the column.
         */
        readonly versionColumn?: VersionColumn<DB, TB> | undefined
      }
    | {
        readonly columns: IdentityColumns<DB, TB> & {
          readonly passwordHash?: undefined
        } & GateColumns<DB, TB>
        readonly credentials: { [CT in TableName<DB>]: CredentialsTable<DB, CT> }[TableName<DB>]
        readonly versionColumn?: undefined
      }
  )
