import { startFaultProxy, startPostgres } from '@force-reset/testing'
import { denyingStore, resetUnderFault, runFaultCampaign } from '@force-reset/testing/faults'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterEach, expect, it } from 'vitest'
import { conformanceSubject } from '../fixtures/conformance-subject.ts'
import {
  activeAccount,
  foundIn,
  orderedPassword,
  settled,
  until,
  written,
} from '../fixtures/reset-in.ts'
import { switchedDatabase } from '../fixtures/server-databases.ts'
import { oneTable } from '../fixtures/table-shapes.ts'
import {
  type FailoverSubject,
  type Following,
  failoverSubject,
  holdJournal,
  type Loss,
} from './failover.fixture.ts'
import { moments } from './struck-subject.fixture.ts'

/** The whole of a campaign takes minutes. */
const limit = { timeout: 3_600_000 }

const promotedAtOnce: Loss = {
  fault: 'primary lost, standby promoted at once',
  moments,
  strike: async ({ lose, promote }) => {
    await lose()
    await promote()
  },
}

const duringTheReset: readonly Loss[] = [
  promotedAtOnce,
  {
    fault: 'primary lost, standby promoted later',
    moments,
    strike: ({ lose }) => lose(),
    heal: ({ promote }) => promote(),
  },
]

const afterTheAnswer: Loss = {
  fault: 'primary lost after the answer',
  moments: ['before the look'],
  strike: async () => undefined,
  heal: async ({ lose, promote }) => {
    await lose()
    await promote()
  },
}

const standbyLost: Loss = {
  fault: 'synchronous standby lost, and back later',
  moments: ['before the look', 'before the write', 'before the settlement'],
  strike: ({ standby }) => standby.kill(),
  heal: ({ standby }) => standby.restart(),
}

const waitCancelled: Loss = {
  fault: 'wait for the standby cancelled',
  moments: ['before the write'],
  strike: async ({ standby, primary }) => {
    await standby.kill()
    const cancel = `SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity
      WHERE wait_event = 'SyncRep'`
    void until(async () => (await primary.query(cancel)) !== '0')
  },
  heal: async ({ lose, standby, promote }) => {
    await lose()
    await standby.restart()
    await promote()
  },
}

const faultsOf = (subject: FailoverSubject, losses: readonly Loss[]) =>
  losses.flatMap((loss) => loss.moments.map((moment) => subject.planned(loss, moment)))

describeWithServer('postgres', 'PostgreSQL whose standby takes over', () => {
  let subject: FailoverSubject | undefined
  afterEach(async () => {
    await subject?.stop()
    subject = undefined
  })

  const campaign = async (
    following: Following,
    losses: readonly Loss[],
    { name, quick, timeoutMs }: Named,
  ) => {
    const own = failoverSubject(following, { ...(timeoutMs !== undefined && { timeoutMs }) })
    subject = own
    return await runFaultCampaign({
      name: `failover-${name}`,
      store: `PostgreSQL, ${following} standby`,
      subject: own,
      faults: faultsOf(own, losses),
      quick,
    })
  }

  it.each(['synchronous', 'asynchronous', 'behind'] as const)(
    'tells no lie when the primary dies in the midst of a reset, standby %s',
    limit,
    async (following) => {
      const named = { name: following, quick: 1 }
      const { lies, missed } = await campaign(following, duringTheReset, named)
      expect(lies).toEqual([])
      expect(missed).toEqual([])
    },
  )

  it('keeps a reset that was told, where the standby is synchronous', limit, async () => {
    const named = { name: 'synchronous-told', quick: 1 }
    const { counts } = await campaign('synchronous', [afterTheAnswer], named)
    expect(counts).toMatchObject([{ said: 'applied', count: 1 }])
  })

  it('loses a reset that was told, where the standby is behind', limit, async () => {
    const own = failoverSubject('behind')
    subject = own
    expect(await resetUnderFault(own, own.planned(afterTheAnswer, 'before the look'))).toEqual({
      said: 'applied',
      truth: 'old',
      isLie: true,
    })
  })

  it('loses a reset whose wait for a synchronous standby an administrator cancels', async () => {
    const own = failoverSubject('synchronous')
    subject = own
    const planned = own.planned(waitCancelled, 'before the write')
    const found = await resetUnderFault(own, planned)
    expect(found).toEqual({ said: 'applied', truth: 'old', isLie: true })
  })

  it('does not know an outcome while a synchronous standby is lost', limit, async () => {
    const named = { name: 'standby-lost', quick: 1, timeoutMs: 1_000 }
    const { lies, missed } = await campaign('synchronous', [standbyLost], named)
    expect(lies).toEqual([])
    expect(missed).toEqual([])
  })

  it('does not take the look at a replica that is behind for "not applied"', async () => {
    await using primary = await startPostgres()
    await using proxy = await startFaultProxy({ to: primary })
    await using journal = await startFaultProxy({ to: primary })
    await using standby = await startPostgres({ standbyOf: { ...primary, port: journal.port } })
    const database = await switchedDatabase(primary, proxy.port, standby)
    const { db, probe, close, useDirect } = database
    const account = await conformanceSubject(oneTable, probe, db, close)
    const added = await activeAccount(account)
    await holdJournal(primary, standby, journal)
    // The replica goes on with the first password.
    await account.changePassword(added, { from: added.password, to: 'second-password' })
    const found = await foundIn(account.store, added.id)
    const cut = proxy.cutBeforeAnswer()
    const writing = written(found)
    await cut
    useDirect()
    const outcome = await writing
    expect(outcome).toMatchObject({ outcome: 'unknown' })
    expect(await settled(outcome)).toEqual({ outcome: 'unknown' })
    expect(await account.signIn(added.username, orderedPassword)).toBe('change_password')
    await close()
  })

  it('finds the lie of a store that says "not applied" where it does not know', async () => {
    const own = failoverSubject('synchronous')
    subject = own
    const planned = own.planned(promotedAtOnce, 'in place of the answer')
    expect(await resetUnderFault(own, planned, denyingStore)).toMatchObject({
      said: 'store_unavailable',
      truth: 'new',
      isLie: true,
    })
  })
})

interface Named {
  readonly name: string
  readonly quick: number
  readonly timeoutMs?: number
}
