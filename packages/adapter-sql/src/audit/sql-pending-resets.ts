import {
  type Mark,
  type PendingFilter,
  type PendingPage,
  type PendingReset,
  type PendingResets,
  type PendingState,
  StoreError,
} from '@force-reset/core'
import { isMark } from '@force-reset/core/store'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { dialectOf } from '../dialect/dialect-of.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import { insertInto, refuseTransaction, run } from './own-table.ts'
import { type PendingColumn, pendingTable } from './pending-table.ts'

/**
 * Pending resets in one small table of the same database, which `sqlPendingResetsMigration` makes.
 * All processes that share the database share the resets.
 *
 * The clocks of the callers should agree within `leaseSeconds`. A row that no reset has written is
 * passed over.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a transaction in place of a database: it could
 *   be rolled back, and the row with it.
 * @throws {StoreError} from every function, when the database did not answer or did not take the
 *   row. `list` throws `invalid_request` for a cursor that it did not make.
 * @example
 * const pending = sqlPendingResets(db)
 * const { resets } = await pending.list({ limit: 50 })
 */
export function sqlPendingResets<DB>(db: Kysely<DB>): PendingResets {
  refuseTransaction('sqlPendingResets', db)
  const dialect = dialectOf(db)
  const update = async (set: Assignments, where: RawBuilder<unknown>): Promise<number> => {
    const assignments = Object.entries(set).map(([name, value]) => assign(name, value))
    const parts = { table: pendingTable, alias: 'p', set: assignments, where }
    return dialect.changedRows(await run(db, dialect.update(parts)))
  }
  return {
    open: async (reset) => {
      await run(db, insertInto(pendingTable, rowOf(dialect, reset)))
    },
    change: async (resetId, from, { state, mark, expiresAt, throwaway }) => {
      const set: Assignments = {
        state,
        ...(mark !== undefined && { mark }),
        ...(expiresAt !== undefined && { expires_at_ms: millisecondsOf(dialect, expiresAt) }),
        ...(throwaway !== undefined && { throwaway_mark: throwaway }),
      }
      return (await update(set, isIn(resetId, from))) === 1
    },
    claim: async ({ now, olderThan, leaseSeconds, limit, ...filter }) => {
      const due = sql`${allDue(dialect, now, olderThan)} AND ${isOf(dialect, filter)}`
      const claimed_until_ms = dialect.integer(now.getTime() + leaseSeconds * 1_000)
      const claimed: PendingReset[] = []
      let cursor: string | undefined
      do {
        const rest = sql`${due} AND ${isAfter(dialect, cursor)}`
        const { rows } = await run(db, select(rest, dialect.limit(limit + 1)))
        const page = pageOf(rows, limit)
        // One statement for each reset: its condition decides which of two callers is handed it.
        for (const reset of page.resets.slice(0, limit - claimed.length)) {
          const isSame = sql`${isIn(reset.resetId, reset.state)} AND ${due}`
          if ((await update({ claimed_until_ms }, isSame)) === 1) claimed.push(reset)
        }
        cursor = page.nextCursor
      } while (cursor !== undefined && claimed.length < limit)
      return claimed
    },
    list: async ({ limit, cursor, ...filter }) => {
      const after = sql`${isAfter(dialect, cursor)} AND ${isOf(dialect, filter)}`
      const { rows } = await run(db, select(after, dialect.limit(limit + 1)))
      return pageOf(rows, limit)
    },
    release: async (resetId) => {
      await update({ claimed_until_ms: null }, hasId(resetId))
    },
    close: async (resetId, from) => {
      const isThere = sql`${sql.ref('reset_id')} = ${resetId} AND ${sql.ref('state')} = ${from}`
      const deleted = sql`DELETE FROM ${sql.table(pendingTable)} WHERE ${isThere}`
      return dialect.changedRows(await run(db, deleted)) === 1
    },
  }
}

type Assignments = Partial<Record<PendingColumn, unknown>>

function assign(name: string, value: unknown): RawBuilder<unknown> {
  return sql`${sql.ref(name)} = ${value}`
}

function column(name: PendingColumn): RawBuilder<unknown> {
  return sql.ref(`p.${name}`)
}

function hasId(resetId: string): RawBuilder<unknown> {
  return sql`${column('reset_id')} = ${resetId}`
}

function isIn(resetId: string, state: PendingState): RawBuilder<unknown> {
  return sql`${hasId(resetId)} AND ${column('state')} = ${state}`
}

function isOf(dialect: SqlDialect, { store, scope, userId }: PendingFilter): RawBuilder<unknown> {
  const has = (name: PendingColumn, text: string | undefined) =>
    text === undefined ? sql`1 = 1` : dialect.hasText(column(name), text)
  return sql`${has('user_id', userId)} AND ${has('store', store)} AND ${has('scope', scope)}`
}

/** Free, and neither under way nor a password that somebody may still use. */
function allDue(dialect: SqlDialect, now: Date, olderThan: Date): RawBuilder<unknown> {
  const present = dialect.integer(now.getTime())
  const until = column('claimed_until_ms')
  const free = sql`(${until} IS NULL OR ${until} <= ${present})`
  const old = sql`${column('attempted_at_ms')} < ${dialect.integer(olderThan.getTime())}`
  const expired = sql`${column('expires_at_ms')} <= ${present}`
  const state = column('state')
  return sql`${free} AND
    ((${state} IN ('attempted', 'writing') AND ${old}) OR (${state} = 'applied' AND ${expired})
      OR ${state} NOT IN ('attempted', 'writing', 'applied'))`
}

/** A row as it is read. Short names survive a plugin that rewrites the names of results. */
const readAs = {
  i: 'reset_id',
  s: 'store',
  c: 'scope',
  u: 'user_id',
  o: 'operator_id',
  a: 'attempted_at_ms',
  m: 'mark',
  t: 'state',
  e: 'expires_at_ms',
  w: 'throwaway_mark',
} as const satisfies Record<string, PendingColumn>

type ReadRow = Readonly<Record<keyof typeof readAs, unknown>>

/** The resets that meet the condition, oldest first. */
function select(where: RawBuilder<unknown>, end: RawBuilder<unknown>): RawBuilder<ReadRow> {
  const fields = Object.entries(readAs).map(
    ([short, name]) => sql`${column(name)} AS ${sql.ref(short)}`,
  )
  return sql<ReadRow>`SELECT ${sql.join(fields)}
    FROM ${sql.table(pendingTable)} AS ${sql.ref('p')} WHERE ${where}
    ORDER BY ${column('attempted_at_ms')}, ${column('reset_id')} ${end}`
}

function rowOf(dialect: SqlDialect, reset: PendingReset): Readonly<Record<PendingColumn, unknown>> {
  return {
    reset_id: reset.resetId,
    store: reset.store,
    scope: reset.scope,
    user_id: reset.userId,
    operator_id: reset.operatorId,
    attempted_at_ms: millisecondsOf(dialect, reset.attemptedAt),
    mark: reset.mark,
    state: reset.state,
    expires_at_ms: millisecondsOf(dialect, reset.expiresAt),
    throwaway_mark: reset.throwaway,
    claimed_until_ms: null,
  }
}

/** The resets of the rows. A row that no reset has written hides no other. */
function readable(rows: readonly ReadRow[]): readonly PendingReset[] {
  return rows.flatMap((row) => resetOf(row) ?? [])
}

/** Drivers read a large number as a number, as text or as a bigint. */
function resetOf({ i, s, c, u, o, a, m, t, e, w }: ReadRow): PendingReset | undefined {
  const [mark, throwaway, state] = [asMark(m), w === null ? null : asMark(w), asState(t)]
  if (mark === undefined || throwaway === undefined || state === undefined) return undefined
  return {
    resetId: String(i),
    store: String(s),
    scope: String(c),
    userId: String(u),
    operatorId: String(o),
    attemptedAt: new Date(Number(a)),
    mark,
    state,
    expiresAt: e === null ? null : new Date(Number(e)),
    throwaway,
  }
}

function asMark(value: unknown): Mark | undefined {
  return isMark(value) ? value : undefined
}

const states = {
  attempted: true,
  writing: true,
  unknown: true,
  ending: true,
  applied: true,
  not_applied: true,
  overtaken: true,
  ended: true,
  left: true,
} satisfies Readonly<Record<PendingState, true>>

function asState(value: unknown): PendingState | undefined {
  return isState(value) ? value : undefined
}

function isState(value: unknown): value is PendingState {
  return typeof value === 'string' && Object.hasOwn(states, value)
}

function millisecondsOf(dialect: SqlDialect, moment: Date | null): number | bigint | null {
  return moment === null ? null : dialect.integer(moment.getTime())
}

/** `rows` holds one row more than the page where there is a next page. */
function pageOf(rows: readonly ReadRow[], limit: number): PendingPage {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const isLastPage = rows.length <= limit || last === undefined
  return {
    resets: readable(page),
    nextCursor: isLastPage ? undefined : `${Number(last.a)} ${String(last.i)}`,
  }
}

/**
 * The resets after the one that a cursor names, by its moment in milliseconds and its id. Without a
 * cursor: all.
 *
 * @throws {StoreError} `invalid_request` for a cursor that {@link pageOf} did not make.
 */
function isAfter(dialect: SqlDialect, cursor: string | undefined): RawBuilder<unknown> {
  if (cursor === undefined) return sql`1 = 1`
  const [, moment, resetId] = /^(\d{1,15}) ([^\p{Cc}\p{Cs}]{1,64})$/u.exec(cursor) ?? []
  if (moment === undefined || resetId === undefined) throw new StoreError('invalid_request')
  const at = dialect.integer(Number(moment))
  const attempted = column('attempted_at_ms')
  const later = sql`(${attempted} = ${at} AND ${column('reset_id')} > ${resetId})`
  return sql`(${attempted} > ${at} OR ${later})`
}
