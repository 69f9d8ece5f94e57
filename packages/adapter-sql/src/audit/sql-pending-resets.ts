import {
  type PendingPage,
  type PendingReset,
  type PendingResets,
  StoreError,
} from '@force-reset/core'
import { markOf } from '@force-reset/core/store'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import { dialectOf } from '../dialect/dialect-of.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import { insertInto, refuseTransaction, run } from './own-table.ts'
import { type PendingColumn, pendingTable } from './pending-table.ts'

/**
 * Pending resets in one small table of the same database, which `sqlPendingResetsMigration` makes.
 * All processes that share the database share the resets.
 *
 * `claim` may hand out fewer resets than `limit` while other callers claim at the same time. The
 * clocks of the callers should agree within `leaseSeconds`.
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
  const change = async (set: Assignments, where: RawBuilder<unknown>): Promise<number> => {
    const assignments = Object.entries(set).map(([name, value]) => assign(name, value))
    const parts = { table: pendingTable, alias: 'p', set: assignments, where }
    return dialect.changedRows(await run(db, dialect.update(parts)))
  }
  return {
    open: async (reset) => {
      await run(db, insertInto(pendingTable, rowOf(dialect, reset)))
    },
    unknown: async (resetId) => {
      await change({ state: 'unknown' }, hasId(resetId))
    },
    applied: async (resetId, mark, expiresAt) => {
      const expires_at_ms = millisecondsOf(dialect, expiresAt)
      await change({ state: 'applied', mark, expires_at_ms }, hasId(resetId))
    },
    claim: async ({ now, olderThan, leaseSeconds, limit, userId }) => {
      const due = sql`${allDue(dialect, now, olderThan)} AND ${isOf(dialect, userId)}`
      const { rows } = await run(db, select(due, dialect.limit(limit)))
      const claimed_until_ms = dialect.integer(now.getTime() + leaseSeconds * 1_000)
      const claimed: PendingReset[] = []
      // One statement for each reset: its condition decides which of two callers is handed it.
      for (const reset of rows.map(resetOf)) {
        const same = sql`${column('state')} = ${reset.state}`
        const won = await change(
          { claimed_until_ms },
          sql`${hasId(reset.resetId)} AND ${same} AND ${due}`,
        )
        if (won === 1) claimed.push(reset)
      }
      return claimed
    },
    list: async ({ limit, cursor, userId }) => {
      const rest = cursor === undefined ? sql`1 = 1` : isAfter(dialect, cursor)
      const after = sql`${rest} AND ${isOf(dialect, userId)}`
      const { rows } = await run(db, select(after, dialect.limit(limit + 1)))
      return pageOf(rows.map(resetOf), limit)
    },
    release: async (resetId) => {
      await change({ claimed_until_ms: null }, hasId(resetId))
    },
    close: async (resetId) => {
      await run(
        db,
        sql`DELETE FROM ${sql.table(pendingTable)} WHERE ${sql.ref('reset_id')} = ${resetId}`,
      )
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

function isOf(dialect: SqlDialect, userId: string | undefined): RawBuilder<unknown> {
  return userId === undefined ? sql`1 = 1` : dialect.hasText(column('user_id'), userId)
}

/** Free, and either of unknown outcome or expired. */
function allDue(dialect: SqlDialect, now: Date, olderThan: Date): RawBuilder<unknown> {
  const present = dialect.integer(now.getTime())
  const until = column('claimed_until_ms')
  const free = sql`(${until} IS NULL OR ${until} <= ${present})`
  const old = sql`${column('attempted_at_ms')} < ${dialect.integer(olderThan.getTime())}`
  const expired = sql`${column('expires_at_ms')} <= ${present}`
  const state = column('state')
  return sql`${free} AND
    (${state} = 'unknown' OR (${state} = 'attempted' AND ${old})
      OR (${state} = 'applied' AND ${expired}))`
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
    claimed_until_ms: null,
  }
}

/** Drivers read a large number as a number, as text or as a bigint. */
function resetOf({ i, s, c, u, o, a, m, t, e }: ReadRow): PendingReset {
  return {
    resetId: String(i),
    store: String(s),
    scope: String(c),
    userId: String(u),
    operatorId: String(o),
    attemptedAt: new Date(Number(a)),
    mark: markOf(String(m)),
    state: t === 'applied' || t === 'unknown' ? t : 'attempted',
    expiresAt: e === null ? null : new Date(Number(e)),
  }
}

function millisecondsOf(dialect: SqlDialect, moment: Date | null): number | bigint | null {
  return moment === null ? null : dialect.integer(moment.getTime())
}

/** `rows` holds one reset more than the page where there is a next page. */
function pageOf(rows: readonly PendingReset[], limit: number): PendingPage {
  const resets = rows.slice(0, limit)
  const last = resets.at(-1)
  const isLastPage = rows.length <= limit || last === undefined
  return {
    resets,
    nextCursor: isLastPage ? undefined : `${last.attemptedAt.getTime()} ${last.resetId}`,
  }
}

/**
 * The resets after the one that a cursor names: its moment in milliseconds, then its id.
 *
 * @throws {StoreError} `invalid_request` for a cursor that {@link pageOf} did not make.
 */
function isAfter(dialect: SqlDialect, cursor: string): RawBuilder<unknown> {
  const [, moment, resetId] = /^(\d{1,15}) ([^\p{Cc}\p{Cs}]{1,64})$/u.exec(cursor) ?? []
  if (moment === undefined || resetId === undefined) throw new StoreError('invalid_request')
  const at = dialect.integer(Number(moment))
  const attempted = column('attempted_at_ms')
  const later = sql`(${attempted} = ${at} AND ${column('reset_id')} > ${resetId})`
  return sql`(${attempted} > ${at} OR ${later})`
}
