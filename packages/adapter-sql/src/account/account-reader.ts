import { randomUUID } from 'node:crypto'
import type { StatusReason, User, VersionStanding } from '@force-reset/core'
import { atOnce, shownFacts } from '@force-reset/core/store'
import { type RawBuilder, sql } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions, Row } from '../options/any-database.ts'
import { nowBy } from '../options/clock.ts'
import { namedRow, nameOf } from '../options/named-columns.ts'
import { accountJudge, type Judgement } from './account-judge.ts'
import { versionsWith } from './account-version.ts'
import {
  allEqual,
  allOf,
  columnOf,
  hashColumn,
  type JudgedColumn,
  judgedColumn,
} from './columns.ts'
import { flagCondition, mustChangeColumn, readMustChange } from './flag-condition.ts'

/** A column on which the write depends, and what the column held, as the database's text. */
export interface SeenColumn extends JudgedColumn {
  readonly text: string | null
}

/** What one read saw of an account. */
export interface SeenAccount {
  readonly user: User
  readonly judgement: Judgement
  /** The stored hash, as `bytes` of the dialect reads it. */
  readonly hash: string | null
  /** Whether there is a row for the password. */
  readonly hasCredentials: boolean
  /** Whether must-change can be written as it is meant. */
  readonly takesFlag: boolean
  /** Everything that the account is judged by. The write happens only while all is still so. */
  readonly columns: readonly SeenColumn[]
  /** How the version that an operator saw relates to what was seen. */
  versionStanding(version: string): VersionStanding
  /** Judges what was seen once more: a function may go by the clock. */
  judgedNow(): Judgement
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

/** The columns with a moment that is only shown. */
const momentKeys = [
  'createdAt',
  'updatedAt',
  'passwordSetAt',
  'lockedUntil',
  'endsOn',
  'lastSignIn',
] as const

/** Prepares the SELECT that all reads share, and reads its rows. */
export function accountReader(dialect: SqlDialect, options: AnyOptions): AccountReader {
  const { columns, credentials, unlock, versionColumn } = options
  const factColumns = Object.entries(options.facts ?? {})
  const versions = versionsWith(options)
  const judge = accountJudge(dialect, options)
  const ofAccount = (name: string, inBytes = false) =>
    judgedColumn(dialect, { alias: 'u', name, inBytes })

  const idAt = ofAccount(columns.id)
  const hashAt = judgedColumn(dialect, { ...hashColumn(options), inBytes: true })
  const versionAt = versionColumn && ofAccount(versionColumn.column)
  const names = [columns.username, columns.email, columns.displayName]
  const judged = [
    idAt,
    hashAt,
    ...judge.judged,
    ...(versionAt ? [versionAt] : []),
    // An id can be given to somebody else between the look and the write. In bytes, because a name
    // may hold bytes that are no text.
    ...names.flatMap((name) => (name === undefined ? [] : [ofAccount(name, true)])),
    // The row that was seen, where a collation takes the ids of two accounts for one.
    ...(credentials ? [judgedColumn(dialect, { alias: 'c', name: credentials.userId })] : []),
  ]
  const lockColumns = unlock?.locked ? Object.keys(unlock.set) : []
  const native = [...new Set([...judge.native, ...lockColumns])]
  const mustChange = mustChangeColumn(options)
  const gate = mustChange && columnOf(mustChange.alias, nameOf(mustChange.option))
  const owner = credentials && columnOf('c', credentials.userId)
  const flag = flagCondition(dialect, options)

  // Short aliases without capitals or underscores: a plugin that rewrites names changes none.
  const fields = [
    ...judged.map(({ read }, i) => sql`${read} AS ${sql.ref(`j${i}`)}`),
    ...native.map((name, i) => sql`${columnOf('u', name)} AS ${sql.ref(`n${i}`)}`),
    ...(['username', 'email', 'displayName'] as const).map(
      (key, i) => sql`${textOrNull(dialect, columns[key])} AS ${sql.ref(`i${i}`)}`,
    ),
    ...momentKeys.flatMap((key, i) => {
      const name = columns[key]
      return name === undefined
        ? []
        : [sql`${dialect.readMoment(columnOf('u', name))} AS ${sql.ref(`d${i}`)}`]
    }),
    ...factColumns.map(([, name], i) => sql`${factText(dialect, name)} AS ${sql.ref(`x${i}`)}`),
    ...(dialect.connection ? [sql`${dialect.connection} AS ${sql.ref('a')}`] : []),
    ...oneIf('r', judge.conditions.r),
    ...oneIf('e', judge.conditions.e),
    ...oneIf('f', flag),
    ...oneIf('k', owner && sql`${owner} IS NOT NULL`),
    ...(gate ? [sql`${dialect.text(gate)} AS ${sql.ref('m')}`] : []),
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

  const own = judged.flatMap(({ alias, column }) =>
    alias === 'u' && column !== undefined ? [column] : [],
  )
  const shown = [...momentKeys.map((key) => columns[key]), ...factColumns.map(([, name]) => name)]
  const flagged = mustChange?.alias === 'u' ? nameOf(mustChange.option) : undefined

  return {
    select: (part) => selectOf(fields, part),
    look: selectOf(dialect.mark ? [...fields, sql`${dialect.mark} AS ${sql.ref('t')}`] : fields),
    columns: [...new Set([...own, ...native, ...shown, flagged])].filter(
      (name) => name !== undefined,
    ),
    scope: allEqual(dialect, 'u', options.scope),
    seen: (row) => {
      const seen = judged.map((column, i) => ({ ...column, text: textOf(row[`j${i}`]) }))
      const textAt = ({ read }: JudgedColumn) =>
        seen.find((column) => column.read === read)?.text ?? null
      const natives = Object.fromEntries(native.map((name, i) => [name, row[`n${i}`]]))
      const hash = textAt(hashAt)
      const hasCredentials = credentials === undefined || isOne(row['k'])
      const sight = {
        textOf: textAt,
        native: natives,
        // Anything but 0 is true: in doubt an account is refused.
        holds: {
          r: judge.conditions.r !== undefined && Number(row['r']) !== 0,
          e: judge.conditions.e !== undefined && Number(row['e']) !== 0,
        },
        hash,
        hasCredentials,
      }
      const now = new Date(nowBy(options))
      const judgement = judge.judge(sight, now)
      const facts = {
        judgement,
        now,
        facts: shownFacts(factColumns.map(([name], i) => [name, textOf(row[`x${i}`])])),
        locked: unlock?.locked
          ? isLocked(unlock.locked, namedRow(lockColumns, natives), now)
          : undefined,
        mustChange: hasCredentials
          ? mustChange && readMustChange(mustChange.option, textOf(row['m']))
          : undefined,
      }
      // An account with an empty version never counts as the account that was seen.
      const generation = versionAt
        ? { column: textAt(versionAt) ?? randomUUID() }
        : { hash, displayName: textOf(row['i2']) }
      const user = userOf(row, textAt(idAt) ?? '', facts)
      const { id, username, email, status, privileged } = user
      const parts = [id, username, email, status, privileged, generation]
      return {
        user: { ...user, version: versions.versionOf(parts) },
        versionStanding: (version) => versions.standing(version, parts),
        judgement,
        hash,
        hasCredentials,
        takesFlag: flag === undefined || isOne(row['f']),
        columns: seen,
        judgedNow: () => judge.judge(sight, new Date(nowBy(options))),
      }
    },
  }
}

interface UserFacts extends Pick<User, 'facts'> {
  readonly judgement: Judgement
  readonly now: Date
  readonly locked: boolean | undefined
  readonly mustChange: boolean | undefined
}

function userOf(
  row: Row,
  id: string,
  { judgement, locked, mustChange, facts, now }: UserFacts,
): Omit<User, 'version'> {
  const { status, privileged } = judgement
  const [createdAt, updatedAt, passwordSetAt, lockedUntil, endsOn, lastSignIn] = momentKeys.map(
    (_, i) => dateOf(row[`d${i}`]),
  )
  return {
    id,
    username: textOf(row['i0']) ?? '',
    email: textOf(row['i1']) ?? undefined,
    displayName: textOf(row['i2']) ?? undefined,
    status,
    statusReason: shownReason(judgement, locked),
    privileged,
    locked,
    mustChange,
    facts,
    createdAt,
    updatedAt,
    passwordSetAt,
    lockedUntil: lockedUntil && lockedUntil > now ? lockedUntil : undefined,
    endsOn,
    lastSignIn,
  }
}

function shownReason(
  { reason, withoutPassword }: Judgement,
  locked: boolean | undefined,
): StatusReason | undefined {
  if (reason !== undefined) return reason
  if (withoutPassword !== undefined) return 'signs_in_elsewhere'
  return locked === true ? 'locked' : undefined
}

/** A function that fails counts as "locked". The lock is only shown, and a reset lifts the lock. */
function isLocked(locked: (row: Row, now: Date) => boolean, row: Row, now: Date): boolean {
  try {
    return atOnce('unlock.locked', () => locked(row, now))
  } catch {
    return true
  }
}

/** A field that is 1 where the condition is true; none where there is no condition. */
function oneIf(
  alias: string,
  condition: RawBuilder<unknown> | undefined,
): readonly RawBuilder<unknown>[] {
  return condition ? [sql`CASE WHEN ${condition} THEN 1 ELSE 0 END AS ${sql.ref(alias)}`] : []
}

function isOne(value: unknown): boolean {
  return Number(value) === 1
}

function textOrNull(dialect: SqlDialect, name: string | undefined): RawBuilder<unknown> {
  return name === undefined ? sql`NULL` : dialect.text(columnOf('u', name))
}

/** The beginning of a value: a document in the column does not travel. */
function factText(dialect: SqlDialect, name: string): RawBuilder<unknown> {
  return sql`SUBSTR(${dialect.text(columnOf('u', name))}, 1, 250)`
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
