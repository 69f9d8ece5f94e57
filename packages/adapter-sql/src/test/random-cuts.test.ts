import { startFaultProxy } from '@force-reset/testing'
import { expect, it } from 'vitest'
import { conformanceSubject } from '../fixtures/conformance-subject.ts'
import { poolSize } from '../fixtures/lost-connections.ts'
import { describeWithMariaDb, describeWithPostgres } from '../fixtures/on-databases.ts'
import {
  type CutResult,
  type CutSubject,
  lyingStore,
  type PlannedCuts,
  plannedCuts,
  resetWithCuts,
} from '../fixtures/random-cuts.ts'
import type { Reach, TestDatabase } from '../fixtures/server-databases.ts'
import {
  credentialsTable,
  oneTable,
  rolesAndSessions,
  splitTables,
} from '../fixtures/table-shapes.ts'

/** More of them: FORCE_RESET_CUTS=1000 npx vitest run random-cuts */
const count = Number(process.env['FORCE_RESET_CUTS'] ?? 24)
const seed = Number(process.env['FORCE_RESET_CUTS_SEED'] ?? 20_261_127)
const limit = { timeout: 30_000 + count * 2_000 }
const shapes = [oneTable, credentialsTable, splitTables, rolesAndSessions]

/** Loses the answer to the write itself, and nothing more. */
const answerLost: PlannedCuts = { first: { before: 'answer', request: 1 }, losses: [] }

interface Server {
  readonly address: { readonly host: string; readonly port: number }
  open(reach: Reach): Promise<TestDatabase>
  /** Counts statements that run, but for the one that asks. */
  readonly busy: string
}

function suite(serverOf: () => Server): void {
  const withSubjects = async <T>(work: (subjects: readonly CutSubject[]) => Promise<T>) => {
    const { address, open, busy } = serverOf()
    const subjects: (CutSubject & { stop(): Promise<void> })[] = []
    for (const shape of shapes) {
      const proxy = await startFaultProxy({ to: address })
      const { db, probe, close } = await open({ port: proxy.port, connections: poolSize })
      subjects.push({
        subject: await conformanceSubject(shape, probe, db, close),
        db,
        proxy,
        isBusy: async () => Number((await probe.run(busy))[0]?.['n']) > 0,
        stop: async () => {
          await close()
          await proxy.stop()
        },
      })
    }
    const result = await work(subjects)
    for (const { stop } of subjects) await stop()
    return result
  }
  const subjectAt = (subjects: readonly CutSubject[], i: number) => {
    const subject = subjects[i % subjects.length]
    if (subject === undefined) throw new Error('There is no subject')
    return subject
  }

  it(`tells no lie in ${count} resets that lose up to ten connections each`, limit, async () => {
    const results: CutResult[] = []
    await withSubjects(async (subjects) => {
      for (const [i, plan] of plannedCuts(seed, count).entries())
        results.push(await resetWithCuts(subjectAt(subjects, i), plan))
    })
    const said = Map.groupBy(results, (result) => result.said)
    if (process.env['FORCE_RESET_CUTS'] !== undefined)
      process.stdout.write(
        `seed ${seed}: ${[...said].map(([what, all]) => `${all.length} ${what}`).join(', ')}\n`,
      )
    expect(results.filter(({ isLie }) => isLie)).toEqual([])
    // Both claims were made, or nothing was tried.
    expect(said.get('applied')?.length).toBeGreaterThan(0)
    expect(said.size).toBeGreaterThan(1)
  })

  it('finds the lie of a store that says "not applied" where it does not know', async () => {
    const results = await withSubjects((subjects) =>
      resetWithCuts(subjectAt(subjects, 0), answerLost, lyingStore),
    )
    expect(results).toEqual({ said: 'store_unavailable', isLie: true })
  })
}

describeWithPostgres('random cuts on PostgreSQL', (on) => {
  suite(() => ({
    address: on.server,
    open: (reach) => on.open(reach),
    busy: `SELECT count(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend'
      AND state <> 'idle' AND pid <> pg_backend_pid()`,
  }))
})

describeWithMariaDb('random cuts on MariaDB', (on) => {
  suite(() => ({
    address: on.server,
    open: (reach) => on.open(reach),
    busy: `SELECT count(*) AS n FROM information_schema.processlist WHERE command <> 'Sleep'
      AND command <> 'Daemon' AND id <> CONNECTION_ID()`,
  }))
})
