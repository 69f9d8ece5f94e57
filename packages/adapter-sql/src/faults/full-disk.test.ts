import type { UserStore } from '@force-reset/core'
import { type SmallDisk, smallDisk } from '@force-reset/testing'
import {
  boastingStore,
  claimingStore,
  denyingStore,
  resetUnderFault,
  runFaultCampaign,
} from '@force-reset/testing/faults'
import { describeWithMounts } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWithMariaDb, describeWithPostgres } from '../fixtures/on-databases.ts'
import { until } from '../fixtures/reset-in.ts'
import { oneTable } from '../fixtures/table-shapes.ts'
import { mariaDbQuestions, postgresQuestions } from './server-questions.fixture.ts'
import {
  type Moment,
  type Strike,
  type StruckServer,
  type StruckSubject,
  struckSubject,
} from './struck-subject.fixture.ts'

const limit = { timeout: 3_600_000 }
/** MariaDB looks for room on its disk once a minute, so its faults wait for a campaign. */
const isWhole = process.env['FAULT_RUNS'] !== undefined
const moments: readonly Moment[] = ['before the look', 'before the write']
/** Milliseconds: the deadline of a store whose server waits for room. */
const shortDeadline = 1_000

/** Runs `work` until the server refuses it, with the code or the text that says why. */
async function untilRefused(work: () => Promise<unknown>, why: RegExp): Promise<void> {
  for (;;) {
    const error: unknown = await work().then(
      () => undefined,
      (refusal: unknown) => refusal,
    )
    if (error === undefined) continue
    const said = error instanceof Error ? `${String(Reflect.get(error, 'code'))} ${error}` : ''
    if (why.test(said)) return
    throw error
  }
}

const postgresStrikes = (disk: () => SmallDisk): readonly Strike[] => [
  {
    fault: 'disk full',
    moments,
    strike: async ({ add }) => {
      await disk().fill()
      // No page of the table has room for another row, and the table cannot grow: SQLSTATE 53100.
      await untilRefused(() => add({ status: 'active' }), /^53100 /)
    },
    heal: () => disk().free(),
  },
  {
    fault: 'disk full, no room for the journal',
    moments,
    strike: async ({ server }) => {
      await disk().fill()
      const megabyte = "SELECT pg_logical_emit_message(false, 'fault', repeat('x', 1000000))"
      // PostgreSQL ends all of its connections over that, and recovers in vain.
      await untilRefused(() => server.query(megabyte), /connection|No space|recovery/)
    },
    heal: async ({ server }) => {
      await disk().free()
      await server.restart()
    },
  },
]

const mariaDbStrikes = (disk: () => SmallDisk): readonly Strike[] => [
  {
    fault: 'disk full, no room for the journal',
    moments,
    strike: async ({ server }) => {
      await server.query('CREATE TABLE IF NOT EXISTS filler (length int)')
      await disk().fill()
      const before = await refusals(server)
      // The whole text goes into the binary log. MariaDB waits until that has room.
      const row = `INSERT INTO filler VALUES (LENGTH('${'x'.repeat(100_000)}'))`
      void server.query(`SET SESSION binlog_format = 'STATEMENT'; ${row}`)
      await until(async () => (await refusals(server)) > before)
    },
    heal: () => disk().free(),
  },
]

/** How often MariaDB has noted that its disk is full. */
async function refusals(server: StruckSubject['server']): Promise<number> {
  return (await server.log()).split('Disk is full').length
}

/** Tests on a server whose data is on a disk of its own. */
function suite(
  product: string,
  strikesOf: (disk: () => SmallDisk) => readonly Strike[],
  on: () => StruckServer,
): void {
  let disk: SmallDisk
  let subject: StruckSubject
  const strikes = strikesOf(() => disk)

  beforeAll(async () => {
    disk = await smallDisk(256)
    const { server } = on()
    await server.halt()
    await disk.take(server.dataFolder)
    await server.restart()
    subject = await struckSubject(on(), oneTable, { requests: 1, timeoutMs: shortDeadline })
  })
  afterAll(async () => {
    await subject.stop()
    await on().server.halt()
    await disk.remove()
  })

  it('tells no lie where the disk is full', limit, async () => {
    const { lies, missed } = await runFaultCampaign({
      name: `full-disk-${product.toLowerCase()}`,
      store: `${product}, one table`,
      subject,
      faults: strikes.flatMap((strike) => moments.map((moment) => subject.planned(strike, moment))),
      quick: 2,
    })
    expect(lies).toEqual([])
    expect(missed).toEqual([])
  })

  it('finds the lie of a store whose server was full', limit, async () => {
    const strike = strikes.find(({ fault }) => fault === 'disk full, no room for the journal')
    if (strike === undefined) throw new Error('Nothing is called so.')
    const planned = subject.planned(strike, 'before the write')
    // PostgreSQL refuses, or ends the connection under the write: both are taken for a success.
    const claiming = (store: UserStore) => boastingStore(claimingStore(store))
    const meddled = product === 'PostgreSQL' ? claiming : denyingStore
    const { isLie } = await resetUnderFault(subject, planned, meddled)
    expect(isLie).toBe(true)
  })
}

describeWithMounts('a server on a disk that is full', () => {
  describeWithPostgres('PostgreSQL', (on) => {
    suite('PostgreSQL', postgresStrikes, () => ({
      ...postgresQuestions,
      server: on.server,
      open: (reach) => on.open(reach),
    }))
  })

  if (isWhole)
    describeWithMariaDb('MariaDB', (on) => {
      suite('MariaDB', mariaDbStrikes, () => ({
        ...mariaDbQuestions,
        server: on.server,
        open: (reach) => on.open(reach),
      }))
    })
})
