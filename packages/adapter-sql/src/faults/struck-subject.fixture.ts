import type { UserStore, WriteOutcome } from '@force-reset/core'
import { withWrite } from '@force-reset/core/testing'
import { type FaultProxy, type SqlServer, startFaultProxy } from '@force-reset/testing'
import type { FaultSubject, PlannedFault } from '@force-reset/testing/faults'
import { sql } from 'kysely'
import { conformanceSubject, type Probe } from '../fixtures/conformance-subject.ts'
import { openPool, poolSize } from '../fixtures/lost-connections.ts'
import { until } from '../fixtures/reset-in.ts'
import type { Reach, TestDatabase } from '../fixtures/server-databases.ts'
import type { TableShape } from '../fixtures/table-shape.ts'
import type { AnyDatabase } from '../options/any-database.ts'

/** A server whose store a test strikes, and the questions that its product answers. */
export interface StruckServer {
  readonly server: SqlServer
  open(reach: Reach): Promise<TestDatabase>
  /** Counts the statements that run, but for the one that asks. */
  readonly busy: string
  /** Whether a statement waits for a lock. */
  isWaiting(server: SqlServer, probe: Probe): Promise<boolean>
}

/** What is done to a server in the midst of a reset. */
export interface Strike {
  /** The kind of the fault, as the results count it. */
  readonly fault: string
  /** Where the fault can strike. Default: at every moment. */
  readonly moments?: readonly Moment[]
  strike(on: StruckSubject): unknown
  /** Right before the outcome is settled. */
  beforeSettle?(on: StruckSubject): unknown
  /** After the reset has answered. */
  heal?(on: StruckSubject): unknown
}

/** The moments of a reset at which a fault strikes. */
export const moments = [
  'before the look',
  'before the write',
  'while the write waits for a lock',
  'in place of the answer',
  'before the settlement',
] as const
export type Moment = (typeof moments)[number]

/** A store on a server that is struck, and the means to look behind it. */
export interface StruckSubject extends FaultSubject {
  readonly server: SqlServer
  readonly probe: Probe
  readonly proxy: FaultProxy
  readonly db: AnyDatabase
  /** The fault for one kind of strike at one moment. */
  planned(strike: Strike, moment: Moment): PlannedFault
  stop(): Promise<void>
}

/** A store on tables of this shape, reached through a proxy of its own. */
export async function struckSubject(
  { server, open, busy, isWaiting }: StruckServer,
  shape: TableShape,
  { requests, timeoutMs }: { readonly requests: number; readonly timeoutMs?: number },
): Promise<StruckSubject> {
  const proxy = await startFaultProxy({ to: server })
  const { db, probe, close } = await open({ port: proxy.port, connections: poolSize })
  const options = { ...shape.options, timeoutMs } as TableShape['options']
  const plain = await conformanceSubject({ ...shape, options }, probe, db, close)
  let running: Running | undefined

  const subject: StruckSubject = {
    ...plain,
    store: settledAfter(plain.store, async () => await running?.beforeSettle()),
    server,
    probe,
    proxy,
    db,
    planned: (strike, moment) => {
      const run = runOf(strike, moment)
      return {
        fault: strike.fault,
        at: `${strike.fault}, ${moment}`,
        beforeReset: async () => {
          running = run
          await openPool(db)
          await run.beforeReset()
        },
        beforeWrite: run.beforeWrite,
        struck: run.struck,
      }
    },
    pass: async () => {
      await running?.end()
      running = undefined
      proxy.pass()
      await until(async () => await probe.run('SELECT 1').then(isAnswered, isNot))
      await until(async () => Number((await probe.run(busy))[0]?.['n']) === 0)
    },
    stop: async () => {
      await close()
      await proxy.stop()
    },
  }

  const runOf = (strike: Strike, moment: Moment): Running => {
    let hasStruck = false
    let striking: Promise<void> | undefined
    let unlock: (() => void) | undefined
    const go = async () => {
      await strike.strike(subject)
      hasStruck = true
    }
    const start = () => {
      striking ??= go()
      return striking
    }
    const strikeWhileLocked = async () => {
      unlock = await lockedRows(db, shape)
      void until(async () => await isWaiting(server, probe).catch(isNot)).then(start)
    }
    return {
      struck: () => hasStruck,
      beforeReset: async () => {
        if (moment === 'before the look') await start()
      },
      beforeWrite: async () => {
        if (moment === 'before the write') await start()
        if (moment === 'while the write waits for a lock') await strikeWhileLocked()
        if (moment === 'in place of the answer') void proxy.cutBeforeAnswer(requests).then(start)
        if (moment === 'before the settlement') void proxy.cutBeforeAnswer(requests)
      },
      beforeSettle: async () => {
        if (moment === 'before the settlement') await start()
        else if (striking) await strike.beforeSettle?.(subject)
      },
      end: async () => {
        unlock?.()
        await striking
        if (hasStruck) await strike.heal?.(subject)
      },
    }
  }
  return subject
}

interface Running {
  struck(): boolean
  beforeReset(): Promise<void>
  beforeWrite(): Promise<void>
  beforeSettle(): Promise<void>
  end(): Promise<void>
}

const isAnswered = () => true
const isNot = () => false

/** Locks all accounts. Resolves when they are locked, with a function that ends that. */
export async function lockedRows(db: AnyDatabase, shape: TableShape): Promise<() => void> {
  const locked = Promise.withResolvers<void>()
  const free = Promise.withResolvers<void>()
  void db
    .transaction()
    .execute(async (trx) => {
      await sql`SELECT 1 FROM ${sql.table(shape.options.table)} FOR UPDATE`.execute(trx)
      locked.resolve()
      await free.promise
    })
    // The server may be gone, and the lock with it.
    .catch(() => undefined)
  await locked.promise
  return free.resolve
}

/** The same store, which calls this function before an unknown outcome is settled. */
function settledAfter(store: UserStore, beforeSettle: () => Promise<void>): UserStore {
  return withWrite(store, async (write): Promise<WriteOutcome> => {
    const written = await write()
    if (written.outcome !== 'unknown') return written
    return {
      ...written,
      settle: async () => {
        await beforeSettle()
        return (await written.settle?.()) ?? { outcome: 'unknown' }
      },
    }
  })
}
