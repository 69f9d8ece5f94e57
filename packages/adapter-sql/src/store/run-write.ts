import type { SafeCause, StoreRefusal } from '@force-reset/core'
import { safeCauseOf, within } from '@force-reset/core/store'
import type { QueryExecutorProvider, RawBuilder, Transaction } from 'kysely'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyDatabase, AnyOptions, AnyTables } from '../options/any-database.ts'
import type { AppliedWrite } from '../options/options.ts'
import {
  OpenTransactionError,
  onConnection,
  refuseOpenTransaction,
  timeoutOf,
} from './connection.ts'
import { transactionRefused } from './reasons.ts'
import { type SqlFailure, sqlFailure } from './sql-failure.ts'

/** The statements of one write. Executed again, they have the same outcome. */
export interface SqlWrite {
  /** Before everything else, in the same transaction. */
  readonly lock: RawBuilder<unknown> | undefined
  /** Asked right before the statements: why the account may not be written any more. */
  lapsed(): StoreRefusal | undefined
  readonly statements: readonly RawBuilder<unknown>[]
  /** Afterwards, in the same transaction. They may delete any number of rows. */
  readonly ended: readonly { readonly statement: RawBuilder<unknown>; readonly sessions: boolean }[]
  /** Answers one row if the statements have happened. */
  readonly happened: RawBuilder<unknown>
  readonly applied: AppliedWrite
}

/** The result of the statements of a write. */
export type WriteResult =
  | { readonly kind: 'written'; readonly ended: number }
  /** The account is no longer as it was seen, and stays as it is. */
  | { readonly kind: 'missed' }
  /** The account may not be written any more, and no statement was sent. */
  | { readonly kind: 'lapsed'; readonly refusal: StoreRefusal }
  /**
   * `certain`: as far as the failure says, the account is as it was before. `sent`: a statement
   * that changes the account had been sent, so the failure can be wrong about that.
   */
  | {
      readonly kind: 'failed'
      readonly failure: SqlFailure
      readonly certain: boolean
      readonly sent: boolean
    }

/** Repetitions of a transaction that lost against another one. */
const mostAttempts = 3

/** The parts of a store that a write needs. */
interface WriteParts {
  readonly db: AnyDatabase
  readonly dialect: SqlDialect
  readonly options: AnyOptions
}

/** Executes the write, in a transaction where it is more than one statement. */
export async function runWrite(parts: WriteParts, write: SqlWrite): Promise<WriteResult> {
  const { lock, statements, ended } = write
  const alone =
    lock === undefined &&
    statements.length === 1 &&
    ended.length === 0 &&
    parts.options.inTransaction === undefined
  for (let attempt = 1; ; attempt += 1) {
    const result = alone ? await runAlone(parts, write) : await runInTransaction(parts, write)
    if (
      result.kind !== 'failed' ||
      !result.certain ||
      !result.failure.repeatable ||
      attempt >= mostAttempts
    )
      return result
  }
}

async function runAlone(parts: WriteParts, write: SqlWrite): Promise<WriteResult> {
  const { db, dialect, options } = parts
  let sent = false
  let givenUp = false
  let missed = false
  let refusal: StoreRefusal | undefined
  try {
    const done = await within(timeoutOf(options), () =>
      onConnection(db, async (connection) => {
        // The turn came too late: the caller has been told that nothing was changed.
        if (givenUp) return false
        refuseOpenTransaction(dialect, connection)
        refusal = write.lapsed()
        if (refusal) return false
        sent = true
        if (await changesOneEach(dialect, connection, write.statements)) return true
        missed = true
        await refuseMarked(dialect, connection)
        return false
      }),
    )
    if (refusal) return { kind: 'lapsed', refusal }
    return done ? { kind: 'written', ended: 0 } : { kind: 'missed' }
  } catch (error) {
    givenUp = true
    if (missed && !(error instanceof OpenTransactionError)) return { kind: 'missed' }
    return failed(sqlFailure(error), { impossible: !sent, sent })
  }
}

async function runInTransaction(parts: WriteParts, write: SqlWrite): Promise<WriteResult> {
  const { dialect, options } = parts
  let committing = false
  let givenUp = false
  let sent = false
  let missed = false
  let refusal: StoreRefusal | undefined
  try {
    const work = () =>
      inTransactionOf(parts, write, async (trx) => {
        // The turn came too late: the caller has been told that nothing was changed.
        if (givenUp) throw new RollBack()
        await write.lock?.execute(trx)
        refusal = write.lapsed()
        if (refusal) throw new RollBack()
        sent = true
        if (!(await changesOneEach(dialect, trx, write.statements))) {
          missed = true
          await refuseMarked(dialect, trx)
          throw new RollBack()
        }
        const ended = await emptyTables(dialect, trx, write.ended)
        await callBack(parts, trx, write)
        if (givenUp) throw new RollBack()
        committing = true
        return ended
      })
    return { kind: 'written', ended: await within(timeoutOf(options), work) }
  } catch (error) {
    givenUp = true
    if (refusal) return { kind: 'lapsed', refusal }
    if (missed && !(error instanceof OpenTransactionError)) return { kind: 'missed' }
    const failure =
      error instanceof RollBack ? refusedByApplication(error.safeCause) : sqlFailure(error)
    // Before COMMIT is sent nothing has happened, and now nothing will: unless the application's
    // own part has committed, as some statements do by themselves.
    return failed(failure, { impossible: !committing, sent })
  }
}

/**
 * The error of the work goes before that of ROLLBACK. On a full disk SQLite rolls back by itself,
 * and then answers that there is nothing to roll back (https://sqlite.org/lang_transaction.html).
 */
async function inTransactionOf<T>(
  { db, dialect }: WriteParts,
  { lock }: SqlWrite,
  work: (trx: Transaction<AnyTables>) => Promise<T>,
): Promise<T> {
  const isolation = lock && dialect.isolation
  let first: { readonly error: unknown } | undefined
  const noted = (trx: Transaction<AnyTables>) =>
    work(trx).catch((error: unknown) => {
      first = { error }
      throw error
    })
  try {
    return await onConnection(db, (connection) => {
      refuseOpenTransaction(dialect, connection)
      const transaction = connection.transaction()
      return (
        isolation === undefined ? transaction : transaction.setIsolationLevel(isolation)
      ).execute(noted)
    })
  } catch (error) {
    throw first ? first.error : error
  }
}

/** Thrown to roll back. */
class RollBack extends Error {
  readonly safeCause: SafeCause | undefined

  constructor(safeCause?: SafeCause) {
    super('The transaction is rolled back.')
    this.safeCause = safeCause
  }
}

function refusedByApplication(cause: SafeCause | undefined): SqlFailure {
  return {
    code: 'store_unavailable',
    detail: { ...transactionRefused, cause },
    certain: true,
    repeatable: false,
  }
}

function failed(
  failure: SqlFailure,
  { impossible, sent }: { readonly impossible: boolean; readonly sent: boolean },
): WriteResult {
  return { kind: 'failed', failure, certain: failure.certain || impossible, sent }
}

/**
 * Runs the application's own part. An error of the database that a repetition may cure goes on
 * unchanged. Every other error is the application's own.
 */
async function callBack(
  { dialect, options: { inTransaction } }: WriteParts,
  trx: Transaction<AnyTables>,
  { applied, happened }: SqlWrite,
): Promise<void> {
  if (inTransaction === undefined) return
  try {
    await inTransaction(trx, applied)
  } catch (error) {
    throw sqlFailure(error).repeatable ? error : new RollBack(safeCauseOf(error))
  }
  try {
    const { rows } = await happened.execute(trx)
    if (rows.length !== 1) throw new RollBack()
  } catch (error) {
    const { cause = {} } = sqlFailure(error).detail
    throw dialect.isAfterFailure(cause) ? new RollBack() : error
  }
}

/**
 * @throws {OpenTransactionError} where the write matched nothing, because the account was looked at
 *   in the same transaction.
 */
async function refuseMarked(
  { marked }: SqlDialect,
  executor: QueryExecutorProvider,
): Promise<void> {
  const { rows = [] } = (await marked?.execute(executor)) ?? {}
  if (rows.length > 0) throw new OpenTransactionError()
}

async function changesOneEach(
  dialect: SqlDialect,
  executor: QueryExecutorProvider,
  statements: readonly RawBuilder<unknown>[],
): Promise<boolean> {
  for (const statement of statements) {
    if (dialect.changedRows(await statement.execute(executor)) !== 1) return false
  }
  return true
}

/** How many sessions were deleted. */
async function emptyTables(
  dialect: SqlDialect,
  trx: QueryExecutorProvider,
  ended: SqlWrite['ended'],
): Promise<number> {
  let count = 0
  for (const { statement, sessions } of ended) {
    const deleted = dialect.changedRows(await statement.execute(trx))
    if (sessions) count += deleted
  }
  return count
}
