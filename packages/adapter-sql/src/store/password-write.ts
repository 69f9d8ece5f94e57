import { atOnce } from '@force-reset/core/store'
import { type RawBuilder, sql } from 'kysely'
import type { SeenAccount, SeenColumn } from '../account/account-reader.ts'
import {
  allEqual,
  allOf,
  columnOf,
  hashColumn,
  parameterOf,
  type TableAlias,
} from '../account/columns.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import { rowsRules } from '../options/account-rule.ts'
import type { AnyOptions, Row } from '../options/any-database.ts'
import { mustChangeValue, valueFor, writtenValue } from '../options/column-value.ts'
import { nameOf } from '../options/named-columns.ts'
import { endedTables, heldBy } from '../options/set-columns.ts'
import type { SqlWrite } from './run-write.ts'
import type { ColumnSet } from './set-values.ts'

/** The values that a write puts in the place of the old password. */
export interface NewPassword {
  readonly hash: string
  readonly mustChange: boolean
  readonly expiresAt: Date | undefined
  /** Whether the write lifts a lock of failed sign-ins. */
  readonly unlocks: boolean
  /** The columns of `set` and `ended`. */
  readonly set: readonly ColumnSet[]
}

/**
 * The conditional write as one statement, or as two where the password has a table of its own and
 * the account changes too. Each statement changes exactly one row, or the account is no longer as
 * it was seen.
 */
export function passwordWrite(
  dialect: SqlDialect,
  options: AnyOptions,
  seen: SeenAccount,
  password: NewPassword,
): readonly RawBuilder<unknown>[] {
  const { credentials } = options
  const account = accountAssignments(dialect, options, password)
  if (credentials === undefined) return [updateAccount(dialect, options, seen, account)]
  const own = sql`${columnOf('c', credentials.userId)} = ${seen.user.id}`
  const conditions = [
    own,
    ...allEqual(dialect, 'c', credentials.where),
    ...unchanged(dialect, seen, 'c'),
  ]
  const updateCredentials = (judged: readonly RawBuilder<unknown>[]) =>
    dialect.update({
      table: credentials.table,
      alias: 'c',
      set: credentialAssignments(dialect, options, password),
      where: allOf([...conditions, ...judged]),
    })
  if (account.length === 0) {
    const judge = sql`EXISTS (SELECT 1 FROM ${sql.table(options.table)} AS ${sql.ref('u')}
      WHERE ${allOf(judgedAccount(dialect, options, seen))})`
    return [updateCredentials([judge])]
  }
  return [updateAccount(dialect, options, seen, account), updateCredentials([])]
}

/**
 * Locks the rows of an account that several tables judge, where its `UPDATE` changes one table. A
 * statement that waits for a row judges other tables as they were before it waited
 * (https://www.postgresql.org/docs/current/transaction-iso.html#XACT-READ-COMMITTED). The statement
 * after the lock judges those tables as they are. With `null` as the id nobody is locked.
 */
export function accountLock(
  dialect: SqlDialect,
  options: AnyOptions,
  userId: string | null,
): RawBuilder<unknown> | undefined {
  const { columns, credentials, scope, table } = options
  if (
    dialect.keepRows === undefined ||
    (credentials === undefined && rowsRules(options).length === 0)
  )
    return undefined
  const beside = credentials && sql`, ${sql.table(credentials.table)} AS ${sql.ref('c')}`
  const conditions = [
    sql`${columnOf('u', columns.id)} = ${userId}`,
    ...allEqual(dialect, 'u', scope),
    ...(credentials
      ? [
          sql`${columnOf('c', credentials.userId)} = ${userId}`,
          ...allEqual(dialect, 'c', credentials.where),
        ]
      : []),
  ]
  const tables = sql`${sql.table(table)} AS ${sql.ref('u')}${beside ?? sql``}`
  return sql`SELECT 1 AS ${sql.ref('l')} FROM ${tables}
    WHERE ${allOf(conditions)} ${dialect.keepRows}`
}

/**
 * One row if the old hash is gone and this one is stored. Asked after the application's own part of
 * a transaction, which can have undone the write without an error. It may have caught an error that
 * ended the transaction: PostgreSQL then answers COMMIT with a rollback, MariaDB says nothing after
 * a deadlock. Or it may have written another password over the new one.
 */
export function hashIsReplaced(
  dialect: SqlDialect,
  options: AnyOptions,
  { seen, password }: { readonly seen: SeenAccount; readonly password: NewPassword },
): RawBuilder<unknown> {
  return rowOfHash(dialect, options, seen, (column) =>
    allOf([
      ...(seen.hash === null
        ? []
        : [sql`NOT ${dialect.hasText(dialect.bytes(column), seen.hash)}`]),
      dialect.stored(column, password.hash),
    ]),
  )
}

/**
 * One row if this very hash is stored: then a write whose answer was lost has happened. Only the
 * database can tell, because a column may read a hash in another form than it was given.
 */
export function newHashIsThere(
  dialect: SqlDialect,
  options: AnyOptions,
  seen: SeenAccount,
  { hash }: NewPassword,
): RawBuilder<Row> {
  return rowOfHash(dialect, options, seen, (column) => dialect.stored(column, hash))
}

/** One row if the account's password meets the condition. */
function rowOfHash(
  dialect: SqlDialect,
  options: AnyOptions,
  seen: SeenAccount,
  condition: (hash: RawBuilder<unknown>) => RawBuilder<unknown>,
): RawBuilder<Row> {
  const { columns, credentials, scope, table } = options
  const { alias, name } = hashColumn(options)
  const id = credentials?.userId ?? columns.id
  const own = [
    sql`${columnOf(alias, id)} = ${seen.user.id}`,
    ...unchanged(dialect, seen, alias, [id]),
  ]
  const which = allEqual(dialect, alias, credentials === undefined ? scope : credentials.where)
  const conditions = [...own, ...which, condition(columnOf(alias, name))]
  const from = sql`${sql.table(credentials?.table ?? table)} AS ${sql.ref(alias)}`
  return sql`SELECT 1 AS ${sql.ref('w')} FROM ${from}
    WHERE ${allOf(conditions)}`
}

/**
 * Deletes the rows of this very account that end with the old password. The condition is exact,
 * because a collation may take the ids of two accounts for one.
 */
export function endedRows(
  dialect: SqlDialect,
  options: AnyOptions,
  userId: string,
): SqlWrite['ended'] {
  return endedTables(options).map((one) => {
    const conditions = allEqual(dialect, undefined, { ...one.where, [one.userId]: userId })
    return {
      statement: sql`DELETE FROM ${sql.table(one.table)} WHERE ${allOf(conditions)}`,
      sessions: heldBy(one) === 'sessions',
    }
  })
}

function updateAccount(
  dialect: SqlDialect,
  options: AnyOptions,
  seen: SeenAccount,
  set: readonly RawBuilder<unknown>[],
): RawBuilder<unknown> {
  const where = allOf(judgedAccount(dialect, options, seen))
  return dialect.update({ table: options.table, alias: 'u', set, where })
}

/** The account is the one that was seen, in its tenant, with all that the account is judged by. */
function judgedAccount(
  dialect: SqlDialect,
  options: AnyOptions,
  seen: SeenAccount,
): readonly RawBuilder<unknown>[] {
  const { columns, scope } = options
  return [
    sql`${columnOf('u', columns.id)} = ${seen.user.id}`,
    ...allEqual(dialect, 'u', scope),
    ...unchanged(dialect, seen, 'u'),
    // Without this the write would look done, and be gone with its connection or transaction.
    ...(dialect.commits ? [dialect.commits] : []),
  ]
}

function unchanged(
  dialect: SqlDialect,
  seen: SeenAccount,
  alias: TableAlias,
  names?: readonly string[],
): readonly RawBuilder<unknown>[] {
  return seen.columns
    .filter(({ alias: own, column = '' }) => own === alias && (names?.includes(column) ?? true))
    .map((column) => stillHolds(dialect, column))
}

function stillHolds(dialect: SqlDialect, { value, read, text }: SeenColumn): RawBuilder<unknown> {
  return text === null ? sql`${value} IS NULL` : dialect.hasText(read, text)
}

function accountAssignments(
  dialect: SqlDialect,
  options: AnyOptions,
  password: NewPassword,
): readonly RawBuilder<unknown>[] {
  const { columns, credentials, unlock, tokenVersion, versionColumn } = options
  const raised = new Set([
    tokenVersion,
    versionColumn?.raisedBy === 'reset' ? versionColumn.column : undefined,
  ])
  return [
    ...(credentials === undefined
      ? [assign(dialect, hashColumn(options).name, password.hash)]
      : []),
    ...gateAssignments(dialect, columns, password),
    ...Object.entries((password.unlocks && unlock?.set) || {}).flatMap(([name, value]) =>
      value === undefined ? [] : [assign(dialect, name, valueFor(dialect, value))],
    ),
    ...[...raised].flatMap((name) =>
      name === undefined ? [] : [assign(dialect, name, raisedByOne(name))],
    ),
    ...setAssignments(dialect, password, 'u'),
  ]
}

/** The columns of `set` and `ended` in this table. */
function setAssignments(
  dialect: SqlDialect,
  { set }: NewPassword,
  alias: ColumnSet['alias'],
): readonly RawBuilder<unknown>[] {
  return set
    .filter((one) => one.alias === alias)
    .map(({ name, value }) => assign(dialect, name, writtenValue(dialect, name, value)))
}

function credentialAssignments(
  dialect: SqlDialect,
  options: AnyOptions,
  password: NewPassword,
): readonly RawBuilder<unknown>[] {
  const { credentials } = options
  return credentials === undefined
    ? []
    : [
        assign(dialect, credentials.columns.passwordHash, password.hash),
        ...gateAssignments(dialect, credentials.columns, password),
        ...setAssignments(dialect, password, 'c'),
      ]
}

function gateAssignments(
  dialect: SqlDialect,
  { mustChange, expiresAt }: Pick<AnyOptions['columns'], 'mustChange' | 'expiresAt'>,
  password: NewPassword,
): readonly RawBuilder<unknown>[] {
  return [
    ...(mustChange === undefined
      ? []
      : [
          assign(
            dialect,
            nameOf(mustChange),
            mustChangeValue(dialect, mustChange, password.mustChange),
          ),
        ]),
    ...(expiresAt === undefined
      ? []
      : [assign(dialect, nameOf(expiresAt), expiryValue(dialect, expiresAt, password.expiresAt))]),
  ]
}

/** The number in this column of the account, and one. An empty column counts as zero. */
export function raisedByOne(name: string): RawBuilder<unknown> {
  return sql`COALESCE(${columnOf('u', name)}, 0) + 1`
}

function assign(dialect: SqlDialect, name: string, value: unknown): RawBuilder<unknown> {
  return sql`${sql.ref(name)} = ${parameterOf(dialect, value)}`
}

/** The moment as that column takes it. */
export function expiryValue(
  dialect: SqlDialect,
  column: NonNullable<AnyOptions['columns']['expiresAt']>,
  moment: Date | undefined,
): unknown {
  if (moment === undefined) return null
  return typeof column === 'string'
    ? dialect.momentIn(sql.ref(column), moment)
    : atOnce('expiresAt.write', () => column.write(moment))
}
