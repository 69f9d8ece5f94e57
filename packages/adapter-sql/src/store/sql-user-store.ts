import type {
  FailureDetail,
  ListQuery,
  ReplaceOutcome,
  ReplacePasswordCommand,
  SettleOutcome,
  StoreRefusal,
  User,
  UserPage,
  UserStore,
} from '@force-reset/core'
import { StoreError } from '@force-reset/core'
import type { Kysely, RawBuilder } from 'kysely'
import { sql } from 'kysely'
import { accountPages, isAfter } from '../account/account-page.ts'
import { accountReader, type SeenAccount } from '../account/account-reader.ts'
import { allOf, columnOf } from '../account/columns.ts'
import { cursorOf, malformedCursor, type PagePlace, placeOf } from '../account/page-cursor.ts'
import { isStorable } from '../account/storable-text.ts'
import { dialectOf } from '../dialect/sql-dialect.ts'
import { hashWithin } from '../hashing/hash-within.ts'
import type { AnyDatabase, AnyOptions, Row } from '../options/any-database.ts'
import { checkOptions } from '../options/check-options.ts'
import { clearedColumns } from '../options/cleared-columns.ts'
import type { ColumnName, ColumnValue, SqlUserStoreOptions, TableName } from '../options/options.ts'
import { capabilitiesOf } from './capabilities.ts'
import { onConnection } from './on-connection.ts'
import { openTransaction } from './open-transaction.ts'
import {
  accountLock,
  endedRows,
  hashIsReplaced,
  type NewPassword,
  newHashIsThere,
  passwordWrite,
} from './password-write.ts'
import { receiptOf } from './receipt-of.ts'
import { refusalOf } from './refusal-of.ts'
import { runWrite } from './run-write.ts'
import { sqlFailure } from './sql-failure.ts'
import { withinDeadline } from './within-deadline.ts'

/** Users of a page, when nothing else is asked for. */
const defaultLimit = 50
/** Batches that one page reads at most, where statuses are known only to a function. */
const mostBatches = 10

/** A store on a table of users. */
export interface SqlUserStore extends UserStore {
  /**
   * What the application's own change-password has to set beside the new hash, or the user's own
   * password would expire too.
   *
   * @example
   * await db.updateTable('users').set({ password_hash, ...store.clearedColumns }).where('id', '=',
   * id).execute()
   */
  readonly clearedColumns: Readonly<Record<string, ColumnValue>>
}

/**
 * Users in a SQL table, through Kysely: SQLite, PostgreSQL, MariaDB and MySQL.
 *
 * A reset is one conditional
 * `UPDATE`, which changes the account only if everything it was judged by is still as it was seen. Its transaction holds whatever has to happen with it (`ended`,
 * `inTransaction`).
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for options that cannot work, and for a
 *   transaction in place of a database: it could be rolled back after the password was shown.
 * @example
 * const store = sqlUserStore(db, {
 *   table: 'users',
 * columns: { id: 'id', username: 'email', passwordHash: 'password_hash', mustChange:
 * 'must_change_password', expiresAt: 'password_expires_at' },
 * status: { column: 'state', active: ['enabled'], pending: ['invited'], suspended: ['blocked'],
 * deleted: ['deleted'] },
 *   privileged: { column: 'role', values: ['admin', 'owner'] },
 *   hasher: argon2id(),
 * })
 */
export function sqlUserStore<
  DB,
  TB extends TableName<DB>,
  SC extends ColumnName<DB, TB>,
  PC extends ColumnName<DB, TB>,
  LC extends ColumnName<DB, TB>,
>(db: Kysely<DB>, options: SqlUserStoreOptions<DB, TB, SC, PC, LC>): SqlUserStore
export function sqlUserStore(db: AnyDatabase, options: AnyOptions): SqlUserStore {
  checkOptions(db, options)
  const dialect = dialectOf(db)
  const reader = accountReader(dialect, options)
  const { timeoutMs = 10_000 } = options
  const seenUsers = new WeakMap<User, SeenAccount>()
  const prepared = new WeakMap<ReplacePasswordCommand, PreparedReset>()

  const ask = async (query: RawBuilder<Row>): Promise<readonly Row[]> => {
    const { rows } = await withinDeadline(
      timeoutMs,
      onConnection(db, (connection) => query.execute(connection)),
    ).catch((error: unknown) => {
      const { code, detail } = sqlFailure(error)
      throw new StoreError(code === 'password_rejected' ? 'store_unavailable' : code, detail)
    })
    return rows
  }

  const read = async (query: RawBuilder<Row>): Promise<readonly SeenAccount[]> => {
    const rows = await ask(query)
    const connection = Number(rows[0]?.['a'] ?? 1)
    if (connection !== 1)
      throw new StoreError('store_unavailable', connection === 3 ? openTransaction : commitsNothing)
    return rows.map(reader.seen)
  }

  /**
   * Whether it is these very conditions that hold a value of another type, and not what the options
   * say.
   */
  const isOutOfType = async (conditions: readonly RawBuilder<unknown>[]): Promise<boolean> => {
    const query = sql<Row>`SELECT 1 FROM ${sql.table(options.table)} AS ${sql.ref('u')} WHERE ${allOf([...conditions, sql`1 = 0`])}`
    return await ask(query).then(() => false, isOfAnotherType)
  }

  const look = async (id: string): Promise<SeenAccount | undefined> => {
    if (!isStorable(id)) return undefined
    const own = sql`${columnOf('u', options.columns.id)} = ${id}`
    const rows = await read(
      sql<Row>`${reader.look} WHERE ${allOf([own, ...reader.scope])} LIMIT 2`,
    ).catch(async (error: unknown) => {
      if (isOfAnotherType(error) && (await isOutOfType([own]))) return []
      throw error
    })
    // MariaDB and MySQL take '42x' for 42, and a collation takes 'A' for 'a'.
    const found = rows.filter(({ user }) => user.id === id)
    if (found.length > 1) throw new StoreError('store_unavailable', ambiguousId)
    return found[0]
  }

  const write = async (
    command: ReplacePasswordCommand,
    seen: SeenAccount,
    password: NewPassword,
  ): Promise<ReplaceOutcome> => {
    const { resetId, user } = command
    const result = await runWrite(db, options, {
      lock: accountLock(dialect, options, user.id),
      statements: passwordWrite(dialect, options, seen, password),
      ended: endedRows(dialect, options, user.id),
      open:
        dialect.mark &&
        dialect.commits &&
        sql`SELECT 1 AS ${sql.ref('o')} WHERE NOT (${dialect.commits})`,
      happened: hashIsReplaced(dialect, options, { seen, password }),
      applied: { resetId, userId: user.id, username: user.username },
    })
    switch (result.kind) {
      case 'written':
        return {
          outcome: 'applied',
          receipt: receiptOf(dialect, options, { seen, password, ended: result.ended }),
        }
      case 'missed':
        return await whyMissed(command, seen, password)
      case 'failed': {
        const { code, detail } = result.failure
        if (!result.certain) return { outcome: 'unknown', detail }
        // A COMMIT can succeed and its ROLLBACK fail: Kysely then throws the error of the ROLLBACK.
        const happened = result.committing ? await whatHappened(seen, password) : undefined
        return happened ?? { outcome: 'refused', code, detail }
      }
      default:
        return result satisfies never
    }
  }

  /**
   * Asks the database for the new hash before anybody is told that nothing was changed. `undefined`
   * only if the database answered that the new hash is not there.
   */
  const whatHappened = async (
    seen: SeenAccount,
    password: NewPassword,
  ): Promise<Happened | undefined> => {
    try {
      const there = await ask(newHashIsThere(dialect, options, seen, password))
      if (there.length === 0) return undefined
    } catch (error) {
      if (error instanceof StoreError) return { outcome: 'unknown', detail: notConfirmed(error) }
      throw error
    }
    const receipt = receiptOf(dialect, options, { seen, password, ended: null })
    return { outcome: 'applied', receipt }
  }

  /** Nothing matched: somebody was faster, or this very write was, and only its answer was lost. */
  const whyMissed = async (
    command: ReplacePasswordCommand,
    seen: SeenAccount,
    password: NewPassword,
  ): Promise<ReplaceOutcome> => {
    const happened = await whatHappened(seen, password)
    if (happened) return happened
    const now = await look(command.user.id)
    if (now === undefined) return { outcome: 'refused', code: 'user_not_found' }
    return ineligible(command, now) ?? (isAsSeen(now, seen) ? matchedNothing : conflict)
  }

  /**
   * What `find` saw during this reset; or a fresh look, where somebody handed on a copy of the
   * user.
   */
  const seenAs = async (user: User): Promise<SeenAccount | undefined> => {
    const known = seenUsers.get(user)
    if (known) return known
    const seen = await look(user.id)
    return seen?.user.version === user.version ? seen : undefined
  }

  const replace = async (command: ReplacePasswordCommand): Promise<ReplaceOutcome> => {
    const seen = await seenAs(command.user)
    if (seen === undefined) return conflict
    const refused = ineligible(command, seen) ?? cannotTake(seen)
    if (refused) return refused
    const hashed = await hashWithin(options, command.password)
    if (!hashed.ok) return hashed.refusal
    const password = {
      hash: hashed.hash,
      mustChange: command.mustChange,
      expiresAt: command.expiresAt,
    }
    prepared.set(command, { seen, password })
    return await write(command, seen, password)
  }

  const settle = async (
    command: ReplacePasswordCommand,
    { seen, password }: PreparedReset,
  ): Promise<SettleOutcome> => {
    const repeat = () => write(command, seen, password)
    const first = await repeat()
    // A pool may hand out the connection that was just lost once more, and notices only then.
    const outcome = isLostConnection(first) ? await repeat() : first
    if (outcome.outcome === 'applied') return outcome
    const now = await look(command.user.id)
    // In this order. Another hash keeps a late original out from that look on, because the old hash
    // does not come back. The other hash can still be our own.
    const happened = await whatHappened(seen, password)
    return happened ?? { outcome: isReplaced(now, seen) ? 'not_applied' : 'unknown' }
  }

  const placeIn = async (cursor: string): Promise<PagePlace> => {
    const { username, id } = placeOf(cursor)
    const place = username === null ? (await look(id))?.user : { username, id }
    if (place === undefined) throw malformedCursor()
    return place
  }

  /** What the first statement answers that fills the page, and otherwise the last. */
  const firstFull = async (
    statements: readonly RawBuilder<Row>[],
    rows: number,
  ): Promise<readonly SeenAccount[]> => {
    let page: readonly SeenAccount[] = []
    for (const statement of statements) {
      page = await read(statement)
      if (page.length === rows) break
    }
    return page
  }

  const listPage = async ({
    search,
    statuses,
    limit = defaultLimit,
    cursor,
  }: ListQuery): Promise<UserPage> => {
    const users: User[] = []
    if (search !== undefined && !isStorable(search)) return { users, truncated: false }
    let after = cursor === undefined ? undefined : await placeIn(cursor)
    for (let batch = 1; batch <= mostBatches; batch += 1) {
      const rows = limit + 1
      const place = after
      const page = firstFull(
        accountPages(dialect, options, reader, { search, statuses, after, rows }),
        rows,
      ).catch(async (error: unknown) => {
        throw place && isOfAnotherType(error) && (await isOutOfType(isAfter(options, place)))
          ? malformedCursor()
          : error
      })
      const seen = (await page).map(({ user }) => user)
      for (const user of seen.slice(0, limit)) {
        after = user
        if (statuses === undefined || statuses.includes(user.status)) users.push(user)
        if (users.length === limit) break
      }
      const more = seen.length === rows || after?.id !== seen.at(-1)?.id
      if (!more) return { users, truncated: false }
      if (users.length === limit) break
    }
    return { users, nextCursor: after && cursorOf(after), truncated: false }
  }

  return {
    name: 'sql',
    capabilities: capabilitiesOf(options),
    clearedColumns: clearedColumns(dialect, options),
    find: async (id) => {
      const seen = await look(id)
      if (seen) seenUsers.set(seen.user, seen)
      return seen?.user
    },
    list: listPage,
    precheck: async (user) => cannotTake(await seenAs(user)),
    replacePassword: async (command) => {
      try {
        return await replace(command)
      } catch (error) {
        // A look failed, before the write or after one that matched nothing.
        if (error instanceof StoreError) return refusalOf(error)
        throw error
      }
    },
    settle: async (command) => {
      const before = prepared.get(command)
      if (before === undefined) return { outcome: 'unknown' }
      try {
        return await settle(command, before)
      } catch (error) {
        if (error instanceof StoreError) return { outcome: 'unknown' }
        throw error
      }
    },
  }
}

/** What a reset was going to write, and over what. */
interface PreparedReset {
  readonly seen: SeenAccount
  readonly password: NewPassword
}

/** What is known of a write once the database was asked for its hash. */
type Happened = Extract<ReplaceOutcome, { readonly outcome: 'applied' | 'unknown' }>

const conflict: StoreRefusal = {
  outcome: 'refused',
  code: 'conflict',
  detail: { reason: 'changed_during_write' },
}

/** Whether all that the write depends on is still, or again, as it was seen. */
function isAsSeen(now: SeenAccount, seen: SeenAccount): boolean {
  return (
    now.privilegedByRole === seen.privilegedByRole &&
    now.columns.every(({ text }, i) => text === seen.columns[i]?.text)
  )
}

/**
 * Whether the password that was seen is gone for good. A row that is missing in the table of
 * passwords is no proof, and neither is a status: both can be changed back.
 */
function isReplaced(now: SeenAccount | undefined, seen: SeenAccount): boolean {
  return now?.hasCredentials === true && now.hash !== seen.hash
}

/** Its words do not say that nothing was changed, as those of the failed question may. */
function notConfirmed({ detail }: StoreError): FailureDetail {
  return {
    reason: 'store',
    key: 'not_confirmed',
    message: 'The database did not answer whether the new password is stored.',
    cause: detail?.reason === 'store' ? detail.cause : undefined,
  }
}

const matchedNothing: StoreRefusal = {
  outcome: 'refused',
  code: 'store_unavailable',
  detail: {
    reason: 'store',
    key: 'write_matched_nothing',
    message:
      'The account is as it was seen, and still the database changed no row of it. Nothing was changed. If it happens again, a trigger, a row policy or a plugin of Kysely keeps the write from the row, and reloading the account does not help.',
  },
}

function ineligible(
  { eligible }: ReplacePasswordCommand,
  { user: { status } }: SeenAccount,
): StoreRefusal | undefined {
  return eligible.includes(status)
    ? undefined
    : { outcome: 'refused', code: 'not_eligible', detail: { reason: 'status', status } }
}

/** Why no temporary password can be written here, whoever asks. */
function cannotTake(seen: SeenAccount | undefined): StoreRefusal | undefined {
  if (seen === undefined) return undefined
  if (!seen.hasCredentials)
    return { outcome: 'refused', code: 'not_eligible', detail: signsInElsewhere }
  return seen.takesFlag
    ? undefined
    : { outcome: 'refused', code: 'must_change_ineffective', detail: noFlag }
}

function isLostConnection(outcome: ReplaceOutcome): boolean {
  return (
    outcome.outcome !== 'applied' &&
    outcome.detail?.reason === 'store' &&
    outcome.detail.key === 'connection'
  )
}

const signsInElsewhere: FailureDetail = {
  reason: 'store',
  key: 'no_password',
  message:
    'This account has no password here: its user signs in another way, for instance with single sign-on. Nothing was changed.',
}

const noFlag: FailureDetail = {
  reason: 'store',
  key: 'must_change_column',
  message:
    "The column for must-change is not of a type for true and false, so what a reset writes there could mean the opposite. Nothing was changed. Name its values in the options, as text where it holds text: mustChange: { column, on: 'Y', off: 'N' }.",
}

const commitsNothing: FailureDetail = {
  reason: 'store',
  key: 'autocommit_off',
  message:
    'The connection to the database has autocommit switched off, so that a change would be lost. Nothing was changed. Switch it on for the pool or at the server.',
}

const ambiguousId: FailureDetail = {
  reason: 'store',
  key: 'ambiguous_id',
  message:
    'Several rows of the users table belong to this id. Nothing was changed. The id has to be unique, and with it the row of the password.',
}

/**
 * Whether a database says that this text cannot be a value of that column: not a number, not a UUID
 * (22P02), too large (22003), not a moment (22007, 22008), or with letters that its character set
 * does not have (MariaDB, MySQL).
 */
function isOfAnotherType(error: unknown): boolean {
  const { sqlState = '', code = '' } =
    (error instanceof StoreError && error.detail?.reason === 'store' && error.detail.cause) || {}
  return (
    ['22P02', '22003', '22007', '22008'].includes(sqlState) ||
    ['ER_CANT_AGGREGATE_2COLLATIONS', 'ER_IMPOSSIBLE_STRING_CONVERSION'].includes(code)
  )
}
