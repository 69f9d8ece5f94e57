import { type FaultProxy, startFaultProxy } from '@force-reset/testing'
import type { FaultSubject } from '@force-reset/testing/faults'
import { sqlPendingResetsMigration } from '../audit/migrations.ts'
import { sqlPendingResets } from '../audit/sql-pending-resets.ts'
import { conformanceSubject } from '../fixtures/conformance-subject.ts'
import { openPool, poolSize } from '../fixtures/lost-connections.ts'
import { until } from '../fixtures/reset-in.ts'
import type { Reach, TestDatabase } from '../fixtures/server-databases.ts'
import type { ColumnTypes, TableShape } from '../fixtures/table-shape.ts'

/** Counts the statements that run, but for the one that asks. */
const runningStatements: Readonly<Record<Exclude<ColumnTypes['name'], 'sqlite'>, string>> = {
  postgres: `SELECT count(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend'
    AND state <> 'idle' AND pid <> pg_backend_pid()`,
  mysql: `SELECT count(*) AS n FROM information_schema.processlist WHERE command <> 'Sleep'
    AND command <> 'Daemon' AND id <> CONNECTION_ID()`,
}

/** A store behind a proxy that cuts. */
export interface CutSubject extends FaultSubject {
  readonly proxy: FaultProxy
  /** Opens every connection of the pool, so that a cut meets a request, and not a handshake. */
  openConnections(): Promise<void>
  stop(): Promise<void>
}

/** A database server that runs, and the way to make a database on it. */
export interface SqlTarget {
  readonly address: { readonly host: string; readonly port: number }
  open(reach: Reach): Promise<TestDatabase>
  readonly tls: boolean
}

/**
 * A store on tables of this shape, reached through a proxy of its own. `keepsPending`: pending
 * resets are kept in the same database, on the same connections.
 */
export async function cutSubject(
  { address, open, tls }: SqlTarget,
  shape: TableShape,
  { keepsPending = false }: { readonly keepsPending?: boolean } = {},
): Promise<CutSubject> {
  const proxy = await startFaultProxy({ to: address })
  const { db, probe, close } = await open({ port: proxy.port, connections: poolSize, tls })
  const subject = await conformanceSubject(shape, probe, db, close)
  const { database } = probe
  if (database === 'sqlite') throw new Error('SQLite has no connection that could be cut.')
  if (keepsPending) await sqlPendingResetsMigration.up(db)
  return {
    ...subject,
    ...(keepsPending && { pending: sqlPendingResets(db) }),
    proxy,
    openConnections: () => openPool(db),
    pass: async () => {
      proxy.pass()
      await until(
        async () => Number((await probe.run(runningStatements[database]))[0]?.['n']) === 0,
      )
    },
    stop: async () => {
      await close()
      await proxy.stop()
    },
  }
}
