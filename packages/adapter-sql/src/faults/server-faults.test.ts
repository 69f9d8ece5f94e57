import {
  claimingStore,
  denyingStore,
  resetUnderFault,
  runFaultCampaign,
  secondPasswordStore,
} from '@force-reset/testing/faults'
import { expect, it } from 'vitest'
import { describeWithMariaDb, describeWithPostgres } from '../fixtures/on-databases.ts'
import type { TableShape } from '../fixtures/table-shape.ts'
import { oneTable, splitTables } from '../fixtures/table-shapes.ts'
import { mariaDbQuestions, postgresQuestions } from './server-questions.fixture.ts'
import { ends, mariaDbStrikes, postgresStrikes, stalls } from './server-strikes.fixture.ts'
import {
  moments,
  type Strike,
  type StruckServer,
  type StruckSubject,
  struckSubject,
} from './struck-subject.fixture.ts'

/** The whole of a campaign takes minutes. */
const limit = { timeout: 3_600_000 }
/** The number of the request after which the write is committed. */
const shapes = [
  { name: 'one table', shape: oneTable, requests: 1 },
  // BEGIN, the lock, two statements, COMMIT.
  { name: 'split tables', shape: splitTables, requests: 5 },
]
/** Milliseconds: the deadline of a store whose server is frozen. */
const shortDeadline = 1_000

/** What a store that lies is found by, for each kind of strike. */
const controls = [
  {
    fault: 'server killed, and back later',
    moment: 'in place of the answer',
    meddle: denyingStore,
    lie: { said: 'store_unavailable', truth: 'new' },
  },
  {
    fault: 'server killed, and back at once',
    moment: 'while the write waits for a lock',
    meddle: claimingStore,
    lie: { said: 'applied', truth: 'old' },
  },
  {
    fault: 'connections ended by an administrator',
    moment: 'in place of the answer',
    meddle: secondPasswordStore,
    lie: { said: 'applied', truth: 'neither' },
  },
  {
    fault: 'server frozen, and on again later',
    moment: 'in place of the answer',
    meddle: denyingStore,
    lie: { said: 'store_unavailable', truth: 'new' },
  },
] as const

interface Campaign {
  readonly name: string
  readonly strikes: readonly Strike[]
  readonly quick: number
  readonly timeoutMs?: number
}

function suite(product: string, strikes: readonly Strike[], on: () => StruckServer): void {
  const campaigns: readonly Campaign[] = [
    { name: 'strikes', strikes: [...ends, ...strikes], quick: 3 },
    { name: 'stalls', strikes: stalls, quick: 1, timeoutMs: shortDeadline },
  ]
  const withSubject = async <T>(
    { shape, requests }: { readonly shape: TableShape; readonly requests: number },
    timeoutMs: number | undefined,
    work: (subject: StruckSubject) => Promise<T>,
  ): Promise<T> => {
    const subject = await struckSubject(on(), shape, {
      requests,
      ...(timeoutMs !== undefined && { timeoutMs }),
    })
    const result = await work(subject)
    await subject.stop()
    return result
  }

  for (const { name: shapeName, ...shape } of shapes) {
    it.each(campaigns)(`tells no lie after $name (${shapeName})`, limit, async (campaign) => {
      const { lies, missed } = await withSubject(shape, campaign.timeoutMs, (subject) =>
        runFaultCampaign({
          name: `${campaign.name}-${product.toLowerCase()}-${shapeName.replace(' ', '-')}`,
          store: `${product}, ${shapeName}`,
          subject,
          faults: campaign.strikes.flatMap((strike) =>
            (strike.moments ?? moments).map((moment) => subject.planned(strike, moment)),
          ),
          quick: campaign.quick,
        }),
      )
      expect(lies).toEqual([])
      expect(missed).toEqual([])
    })
  }

  it.each(controls)(
    'finds the lie of a store after: $fault, $moment',
    async ({ fault, moment, meddle, lie }) => {
      const strike = [...ends, ...strikes, ...stalls].find((one) => one.fault === fault)
      if (strike === undefined) throw new Error(`Nothing is called ${fault}.`)
      const found = await withSubject({ shape: oneTable, requests: 1 }, shortDeadline, (subject) =>
        resetUnderFault(subject, subject.planned(strike, moment), meddle),
      )
      expect(found).toMatchObject({ ...lie, isLie: true })
    },
  )
}

describeWithPostgres('PostgreSQL that is struck', (on) => {
  suite('PostgreSQL', postgresStrikes, () => ({
    ...postgresQuestions,
    server: on.server,
    open: (reach) => on.open(reach),
  }))
})

describeWithMariaDb('MariaDB that is struck', (on) => {
  suite('MariaDB', mariaDbStrikes, () => ({
    ...mariaDbQuestions,
    server: on.server,
    open: (reach) => on.open(reach),
  }))
})
