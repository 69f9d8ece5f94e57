import {
  type FaultProxy,
  type PostgresServer,
  startFaultProxy,
  startPostgres,
} from '@force-reset/testing'
import type { FaultSubject, PlannedFault } from '@force-reset/testing/faults'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { poolSize } from '../fixtures/lost-connections.ts'
import { until } from '../fixtures/reset-in.ts'
import { postgresDatabase, survivesCuts, type TestDatabase } from '../fixtures/server-databases.ts'
import { oneTable } from '../fixtures/table-shapes.ts'
import { openPrimary } from '../guide/primary-pool.ts'
import type { AnyTables } from '../options/any-database.ts'
import { postgresQuestions } from './server-questions.fixture.ts'
import {
  type Moment,
  type Strike,
  type StruckSubject,
  struckSubject,
} from './struck-subject.fixture.ts'

/**
 * How a standby follows. `synchronous`: a commit waits for it. `asynchronous`: a commit does not.
 * `behind`: the same, and nothing reaches the standby any more once the account is there.
 */
export type Following = 'synchronous' | 'asynchronous' | 'behind'

/** A primary, its standby, and a store whose pool goes where writes are taken. */
export interface Pair {
  readonly primary: PostgresServer
  readonly standby: PostgresServer
  readonly subject: StruckSubject
  /** Lets nothing of the journal reach the standby any more. */
  holdJournal(): Promise<void>
  /** The primary dies. */
  lose(): Promise<void>
  promote(): Promise<void>
  stop(): Promise<void>
}

/** Starts a primary and its standby. */
export async function startPair(
  following: Following,
  options: { readonly timeoutMs?: number } = {},
): Promise<Pair> {
  const primary = await startPostgres()
  const journal = await startFaultProxy({ to: primary })
  const standby = await startPostgres({ standbyOf: { ...primary, port: journal.port } })
  if (following === 'synchronous') {
    await primary.query("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
    await primary.query('SELECT pg_reload_conf()')
    const state = 'SELECT sync_state FROM pg_stat_replication'
    await until(async () => (await primary.query(state)) === 'sync')
  }
  let current = primary
  const subject = await struckSubject(
    {
      ...postgresQuestions,
      server: primary,
      open: async ({ port = primary.port }) =>
        await pairDatabase(primary, standby, { port, current: () => current }),
    },
    oneTable,
    { requests: 1, ...options },
  )
  return {
    primary,
    standby,
    subject,
    holdJournal: () => holdJournal(primary, standby, journal),
    lose: () => primary.kill(),
    promote: async () => {
      if ((await standby.query('SELECT pg_promote()')) !== 't') throw new Error('Not promoted.')
      current = standby
    },
    stop: async () => {
      await subject.stop()
      await Promise.all([primary.stop(), standby.stop()])
      await journal.stop()
    },
  }
}

/** Lets nothing of the journal reach the standby any more, once the standby has all of it. */
export async function holdJournal(
  primary: PostgresServer,
  standby: PostgresServer,
  journal: FaultProxy,
): Promise<void> {
  const written = await primary.query('SELECT pg_current_wal_lsn()')
  const replayed = `SELECT pg_last_wal_replay_lsn() >= '${written}'`
  await until(async () => (await standby.query(replayed)) === 't')
  journal.stall('to_client')
}

/**
 * A pool for both servers, as `target_session_attrs=read-write` of libpq makes one: pg knows one
 * host only. A server that takes no writes is passed over.
 */
async function pairDatabase(
  primary: PostgresServer,
  standby: PostgresServer,
  { port, current }: { readonly port: number; current(): PostgresServer },
): Promise<TestDatabase> {
  const { db: unused, probe, close } = await postgresDatabase(primary)
  const schema = String((await probe.run('SELECT current_schema() AS name'))[0]?.['name'])
  await unused.destroy()
  const reach = ({ host, port: own, user, password, database, ca }: PostgresServer) => ({
    ...{ host, port: own, user, password, database, ssl: { ca } },
    options: `-c search_path=${schema},public`,
    max: poolSize,
  })
  const pools = [openPrimary({ ...reach(primary), port }), openPrimary(reach(standby))]
  const looks = new Map(
    [primary, standby].map((server) => [server, new pg.Pool({ ...reach(server), max: 2 })]),
  )
  for (const pool of [...pools, ...looks.values()]) survivesCuts(pool)
  const db = new Kysely<AnyTables>({
    dialect: new PostgresDialect({
      pool: {
        connect: async () => await firstOf(pools),
        end: async () => void (await Promise.all(pools.map((pool) => pool.end()))),
        options: {},
      },
    }),
  })
  return {
    db,
    probe: {
      database: 'postgres',
      run: async (text, parameters = []) => {
        let n = 0
        const numbered = text.replaceAll('?', () => {
          n += 1
          return `$${n}`
        })
        return (await looks.get(current())?.query(numbered, [...parameters]))?.rows ?? []
      },
    },
    close: async () => {
      await db.destroy()
      await Promise.all([...looks.values()].map((pool) => pool.end()))
      await close()
    },
  }
}

/** A connection of the first pool that gives one. */
async function firstOf(pools: readonly pg.Pool[]): Promise<pg.PoolClient> {
  let last: unknown
  for (const pool of pools) {
    try {
      return await pool.connect()
    } catch (error) {
      last = error
    }
  }
  throw last
}

/** What becomes of a pair in the midst of a reset. */
export interface Loss {
  readonly fault: string
  readonly moments: readonly Moment[]
  strike(pair: Pair): Promise<void>
  heal?(pair: Pair): Promise<void>
}

/** A pair for each reset: a primary that is lost does not come back. */
export interface FailoverSubject extends FaultSubject {
  planned(loss: Loss, moment: Moment): PlannedFault
  stop(): Promise<void>
}

export function failoverSubject(
  following: Following,
  options: { readonly timeoutMs?: number } = {},
): FailoverSubject {
  let pair: Pair | undefined
  const now = () => {
    if (pair === undefined) throw new Error('There is no pair yet.')
    return pair
  }
  return {
    get store() {
      return now().subject.store
    },
    add: async (account) => {
      await pair?.stop()
      pair = await startPair(following, options)
      const added = await pair.subject.add(account)
      if (following === 'behind') await pair.holdJournal()
      return added
    },
    signIn: (username, password) => now().subject.signIn(username, password),
    pass: () => now().subject.pass(),
    planned: ({ fault, strike, heal }, moment) => {
      const bound: Strike = {
        fault,
        strike: () => strike(now()),
        heal: () => heal?.(now()),
      }
      let planned: PlannedFault | undefined
      return {
        fault,
        at: `${fault}, ${moment}`,
        beforeReset: async () => {
          planned = now().subject.planned(bound, moment)
          await planned.beforeReset?.()
        },
        beforeWrite: () => planned?.beforeWrite?.(),
        struck: () => planned?.struck?.() === true,
      }
    },
    stop: async () => await pair?.stop(),
  }
}
