import { type DirectoryServer, startOpenLdap } from '@force-reset/testing'
import {
  claimingStore,
  denyingStore,
  runFaultCampaign,
  secondPasswordStore,
} from '@force-reset/testing/faults'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import {
  type FaultServer,
  faultProducts,
  openLdapForFaults,
  readyLdif,
} from '../fixtures/fault-products.ts'
import {
  type Breakage,
  type FaultyDirectory,
  faultyDirectory,
  type Moment,
  moments,
  momentWords,
  passingTime,
} from '../fixtures/faulty-directory.ts'

/** A server that ends at one moment, by SIGKILL or in order. */
function ended(
  server: DirectoryServer,
  moment: Moment,
  how: 'killed' | 'shut down',
): readonly Breakage[] {
  const end = () => (how === 'killed' ? server.kill() : server.halt())
  const start = () => server.restart()
  return [
    {
      fault: `${how} ${momentWords[moment]}, back at once`,
      at: `${how} at ${moment}, back at once`,
      moment,
      break: () => end().then(start),
      mayBeUnknown: false,
    },
    {
      fault: `${how} ${momentWords[moment]}, back later`,
      at: `${how} at ${moment}, back later`,
      moment,
      break: end,
      afterwards: start,
      mayBeUnknown: true,
    },
  ]
}

/** A server that stands still at one moment, until every deadline is over. */
function frozen(server: DirectoryServer, moment: Moment): readonly Breakage[] {
  const time = passingTime()
  const freeze = () => {
    server.freeze()
    time.begin()
  }
  const thaw = () => {
    time.end()
    server.thaw()
  }
  const later: Breakage = {
    fault: `frozen ${momentWords[moment]}`,
    at: `frozen at ${moment}`,
    moment,
    // The deadline of the write is set before the server has the write.
    armed: () => {
      if (moment === 'request') time.hold()
    },
    break: freeze,
    afterwards: thaw,
    mayBeUnknown: true,
  }
  if (moment !== 'request' && moment !== 'answer') return [later]
  return [
    later,
    {
      ...later,
      fault: `${later.fault}, going on before the outcome is settled`,
      at: `${later.at}, until it is settled`,
      beforeSettle: thaw,
      mayBeUnknown: false,
    },
  ]
}

for (const { store, needs, start } of faultProducts) {
  describeWithServer(needs, `resets on ${store} whose server dies or stands still`, () => {
    let found: FaultServer
    let directory: FaultyDirectory
    beforeAll(async () => {
      found = await start()
      directory = await faultyDirectory(found)
    })
    afterAll(async () => {
      await directory.close()
      await found.server.stop()
    })

    const campaign = (kind: string, faults: readonly Breakage[], quick: number) =>
      runFaultCampaign({
        name: `${needs}-${kind}`,
        store,
        subject: directory.subject,
        faults: faults.map(directory.planned),
        quick,
      })

    it('say the truth after a SIGKILL', async () => {
      const faults = moments.flatMap((moment) => ended(found.server, moment, 'killed'))
      expect(await campaign('killed', faults, 2)).toMatchObject({ lies: [], missed: [] })
    })

    it('say the truth after a shutdown', async () => {
      const faults = moments.flatMap((moment) => ended(found.server, moment, 'shut down'))
      expect(await campaign('shut-down', faults, 1)).toMatchObject({ lies: [], missed: [] })
    })

    it('say the truth after every deadline, and when the late write is done', async () => {
      const faults = moments.flatMap((moment) => frozen(found.server, moment))
      expect(await campaign('frozen', faults, 2)).toMatchObject({ lies: [], missed: [] })
    })
  })
}

/** One way to lie, and the moment at which the lie comes out. */
const liars = [
  ['takes a lost answer for a refusal', denyingStore, 'answer'],
  ['takes a lost answer for a success', claimingStore, 'request'],
  ['settles with another password', secondPasswordStore, 'answer'],
] as const

describeWithServer('slapd', 'a campaign of killed servers', () => {
  it.each(liars)('finds the lie of a store that %s', async (_, meddle, moment) => {
    const found = openLdapForFaults(await startOpenLdap({ ldif: readyLdif() }))
    const directory = await faultyDirectory(found)
    const faults = ended(found.server, moment, 'killed').map(directory.planned)
    const { lies } = await runFaultCampaign({
      name: 'control',
      store: 'broken',
      subject: directory.subject,
      faults,
      quick: faults.length,
      meddle,
    })
    expect(lies.length).toBeGreaterThan(0)
    await directory.close()
    await found.server.stop()
  })
})
