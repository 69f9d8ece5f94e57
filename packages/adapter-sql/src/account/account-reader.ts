import { createHmac, createSecretKey, type KeyObject, randomUUID } from 'node:crypto'
import type { AccountStatus, User } from '@force-reset/core'
import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions, Row } from '../options/any-database.ts'
import {
  namedRow,
  nameOf,
  privilegeColumns,
  roleTable,
  statusColumns,
} from '../options/named-columns.ts'
import { keyFor } from '../options/secret.ts'
import { isPrivileged } from './account-privilege.ts'
import { statusOf } from './account-status.ts'
import { allEqual, allOf, columnOf, hashColumn, type TableAlias, textOfColumn } from './columns.ts'
import { flagCondition, mustChangeColumn, readMustChange } from './flag-condition.ts'
import { privilegeCondition } from './role-condition.ts'

/** A column on which the write depends, and what the column held, as the database's text. */
export interface SeenColumn {
  readonly alias: TableAlias
  readonly name: string
  readonly text: string | null
  /** Whether the column may hold bytes that are no text. */
  readonly inBytes?: boolean | undefined
}

/** What one read saw of an account. */
export interface SeenAccount {
  readonly user: User
  /** The stored hash, as `bytes` of the dialect reads it. */
  readonly hash: string | null
  /** Whether there is a row for the password. An account that signs in elsewhere has none. */
  readonly hasCredentials: boolean
  /** Whether must-change can be written as it is meant. */
  readonly takesFlag: boolean
  /** Everything that the account is judged by. The write happens only while all is still so. */
  readonly columns: readonly SeenColumn[]
  readonly privilegedByRole: boolean | undefined
}

/** How accounts are read. */
export interface AccountReader {
  /**
   * `SELECT …` without a condition, of all accounts, or of a part of their table that has
   * {@link columns}.
   */
  select(part?: RawBuilder<unknown>): RawBuilder<Row>
  /**
   * The same for one account. It marks the transaction, so that a write in the same transaction
   * notices that.
   */
  readonly look: RawBuilder<Row>
  /** The columns of the accounts' table that are read. */
  readonly columns: readonly string[]
  /** The tenant. */
  readonly scope: readonly RawBuilder<boolean>[]
  seen(row: Row): SeenAccount
}

/** Prepares the SELECT that all reads share, and reads its rows. */
export function accountReader(dialect: SqlDialect, options: AnyOptions): AccountReader {
  const {
    columns,
    credentials,
    privileged,
    status,
    unlock,
    versionColumn,
    now = Date.now,
  } = options
  const hash = hashColumn(options)
  const versionOf = versionsWith(options)
  const shownNames = [columns.username, columns.email, columns.displayName]
  const judged = [
    { alias: 'u', name: columns.id },
    { ...hash, inBytes: true },
    ...[
      ...statusColumns(status),
      ...privilegeColumns(privileged),
      ...(versionColumn ? [versionColumn.column] : []),
    ].map((name) => ({ alias: 'u', name }) as const),
    // An id can be given to somebody else between the look and the write. In bytes, because a name
    // may hold bytes that are no text.
    ...shownNames.flatMap((name) =>
      name === undefined ? [] : [{ alias: 'u', name, inBytes: true } as const],
    ),
    // The row that was seen, where a collation takes the ids of two accounts for one.
    ...(credentials ? [{ alias: 'c', name: credentials.userId } as const] : []),
  ] as const
  const privilegeAt = statusAt + statusColumns(status).length
  const named = {
    status: 'of' in status ? status.columns : [],
    privileged: typeof privileged === 'object' && 'of' in privileged ? privileged.columns : [],
    locked: unlock?.locked ? Object.keys(unlock.set) : [],
  }
  const native = [...new Set([...named.status, ...named.privileged, ...named.locked])]
  const isPrivilegedThere = privilegeCondition(dialect, options)
  const flag = flagCondition(dialect, options)
  const mustChange = mustChangeColumn(options)
  const gate = mustChange && columnOf(mustChange.alias, nameOf(mustChange.option))
  const owner = credentials && columnOf('c', credentials.userId)

  const own = judged.filter(({ alias }) => alias === 'u').map(({ name }) => name)
  const shown = [columns.createdAt, columns.updatedAt]
  const flagged = mustChange?.alias === 'u' ? nameOf(mustChange.option) : undefined

  // Short aliases without capitals or underscores: a plugin that rewrites names changes none.
  const fields = [
    ...judged.map((column, i) => sql`${textOfColumn(dialect, column)} AS ${sql.ref(`j${i}`)}`),
    ...native.map((name, i) => sql`${columnOf('u', name)} AS ${sql.ref(`n${i}`)}`),
    ...(['username', 'email', 'displayName'] as const).map(
      (key, i) => sql`${textOrNull(dialect, columns[key])} AS ${sql.ref(`i${i}`)}`,
    ),
    ...(['createdAt', 'updatedAt'] as const).map(
      (key, i) => sql`${momentOrNull(dialect, columns[key])} AS ${sql.ref(`d${i}`)}`,
    ),
    ...(dialect.connection ? [sql`${dialect.connection} AS ${sql.ref('a')}`] : []),
    ...(isPrivilegedThere
      ? [sql`CASE WHEN ${isPrivilegedThere} THEN 1 ELSE 0 END AS ${sql.ref('r')}`]
      : []),
    ...(flag ? [sql`CASE WHEN ${flag} THEN 1 ELSE 0 END AS ${sql.ref('f')}`] : []),
    ...(gate ? [sql`${dialect.text(gate)} AS ${sql.ref('m')}`] : []),
    ...(owner ? [sql`CASE WHEN ${owner} IS NULL THEN 0 ELSE 1 END AS ${sql.ref('k')}`] : []),
  ]
  const join = credentials
    ? sql` LEFT JOIN ${sql.table(credentials.table)} AS ${sql.ref('c')} ON ${allOf([
        // In this order SQLite compares with the collation of the accounts.
        sql`${columnOf('u', columns.id)} = ${owner}`,
        ...allEqual(dialect, 'c', credentials.where),
      ])}`
    : sql``

  const selectOf = (
    all: readonly RawBuilder<unknown>[],
    part: RawBuilder<unknown> = sql.table(options.table),
  ) => sql<Row>`SELECT ${sql.join(all)} FROM ${part} AS ${sql.ref('u')}${join}`

  return {
    select: (part) => selectOf(fields, part),
    look: selectOf(dialect.mark ? [...fields, sql`${dialect.mark} AS ${sql.ref('t')}`] : fields),
    columns: [...new Set([...own, ...native, ...shown, flagged])].filter(
      (name) => name !== undefined,
    ),
    scope: allEqual(dialect, 'u', options.scope),
    seen: (row) => {
      const seen = judged.map((column, i) => ({ ...column, text: textOf(row[`j${i}`]) }))
      const natives = Object.fromEntries(native.map((name, i) => [name, row[`n${i}`]]))
      const moment = new Date(now())
      const byDatabase = isPrivilegedThere !== undefined && Number(row['r']) !== 0
      const hasCredentials = credentials === undefined || Number(row['k']) === 1
      const account: Judgement = {
        status: statusOf(status, {
          row: namedRow(named.status, natives),
          text: seen[statusAt]?.text ?? null,
          now: moment,
        }),
        privileged: isPrivileged(privileged, {
          row: namedRow(named.privileged, natives),
          text: seen[privilegeAt]?.text ?? null,
          byDatabase,
        }),
        locked: unlock?.locked
          ? isLocked(unlock.locked, namedRow(named.locked, natives), moment)
          : undefined,
        mustChange: hasCredentials
          ? mustChange && readMustChange(mustChange.option, textOf(row['m']))
          : undefined,
      }
      return {
        user: userOf(row, seen, account, {
          versionOf,
          column: versionColumn && seen[privilegeAt + privilegeColumns(privileged).length],
        }),
        hash: seen[hashAt]?.text ?? null,
        hasCredentials,
        takesFlag: flag === undefined || Number(row['f']) === 1,
        columns: seen,
        privilegedByRole: roleTable(privileged) && byDatabase,
      }
    },
  }
}

/** Places among the columns that were seen. The id is first. */
const hashAt = 1
const statusAt = 2

interface Judgement {
  readonly status: AccountStatus
  readonly privileged: boolean
  readonly locked: boolean | undefined
  readonly mustChange: boolean | undefined
}

function userOf(
  row: Row,
  seen: readonly SeenColumn[],
  { status, privileged, locked, mustChange }: Judgement,
  { versionOf, column }: { readonly versionOf: VersionOf; readonly column: SeenColumn | undefined },
): User {
  const id = seen[0]?.text ?? ''
  const username = textOf(row['i0']) ?? ''
  const email = textOf(row['i1'])
  const displayName = textOf(row['i2'])
  // An account with an empty version never counts as the account that was seen.
  const generation = column
    ? [column.text ?? randomUUID()]
    : [displayName, seen[hashAt]?.text ?? null]
  return {
    id,
    username,
    email: email ?? undefined,
    displayName: displayName ?? undefined,
    status,
    privileged,
    version: versionOf([id, username, email, ...generation, status, privileged]),
    locked,
    mustChange,
    createdAt: dateOf(row['d0']),
    updatedAt: dateOf(row['d1']),
  }
}

/** For versions of a column of their own, which hide nothing: they hold in every process. */
const openKey = createSecretKey(Buffer.alloc(32))

/** Makes versions. */
type VersionOf = (parts: readonly (string | boolean | null)[]) => string

/**
 * Everything that an operator decides on, as opaque text: HMAC-SHA-256 (RFC 2104).
 *
 * The digest has a key, because without a `versionColumn` the parts hold the stored hash. With a
 * plain digest of an unsalted hash, anybody who sees a version could test passwords against it.
 */
function versionsWith({
  secret,
  versionColumn,
}: Pick<AnyOptions, 'secret' | 'versionColumn'>): VersionOf {
  // Once: making the key takes longer than the digest.
  const key: KeyObject = secret === undefined && versionColumn ? openKey : keyFor(secret, 'version')
  return (parts) => createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64url')
}

/** A function that fails counts as "locked". The lock is only shown, and a reset lifts the lock. */
function isLocked(locked: (row: Row, now: Date) => boolean, row: Row, now: Date): boolean {
  try {
    return locked(row, now)
  } catch {
    return true
  }
}

function textOrNull(dialect: SqlDialect, name: string | undefined): RawBuilder<unknown> {
  return name === undefined ? sql`NULL` : dialect.text(columnOf('u', name))
}

function momentOrNull(dialect: SqlDialect, name: string | undefined): RawBuilder<unknown> {
  return name === undefined ? sql`NULL` : dialect.readMoment(columnOf('u', name))
}

function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value)
}

/**
 * A moment as the drivers give it: a Date, milliseconds since 1970, or text. Text without a zone is
 * UTC, as the databases write it.
 */
function dateOf(value: unknown): Date | undefined {
  if (value === null || value === undefined) return undefined
  const text = String(value)
  const moment =
    value instanceof Date
      ? value
      : /^\d+(\.\d+)?$/.test(text)
        ? new Date(Number(text))
        : new Date(/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? text : `${text.replace(' ', 'T')}Z`)
  return Number.isNaN(moment.getTime()) ? undefined : moment
}
