import { startOpenLdap } from '@force-reset/testing'
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
import { type FaultyDirectory, faultyDirectory } from '../fixtures/faulty-directory.ts'
import { cutFault, type RecordCut, randomCuts, recordCuts } from '../fixtures/record-cuts.ts'

/** The whole of a campaign takes minutes. */
const limit = { timeout: 3_600_000 }

/** A clock by which every account is read again before its write, on any machine. */
function neverFresh(): () => number {
  let later = 0
  return () => {
    later += 10
    return Date.now() + later
  }
}

for (const { store, needs, start } of faultProducts)
  for (const way of needs === 'slapd' ? (['LDAPS', 'StartTLS'] as const) : (['LDAPS'] as const)) {
    describeWithServer(needs, `resets on ${store} over ${way} that are cut`, () => {
      let found: FaultServer
      let directory: FaultyDirectory
      beforeAll(async () => {
        found = await start()
        directory = await faultyDirectory(found, {
          startTls: way === 'StartTLS',
          optionsFor: (url) => ({ url, now: neverFresh() }),
        })
      })
      afterAll(async () => {
        await directory.close()
        await found.server.stop()
      })

      const campaign = (kind: string, cuts: readonly RecordCut[], quick: number) =>
        runFaultCampaign({
          name: `cuts-${needs}-${way.toLowerCase()}-${kind}`,
          store: `${store} over ${way}`,
          subject: directory.subject,
          faults: cuts.map((cut) => cutFault(directory, cut)),
          quick,
        })

      it('say the truth, whatever record is cut', limit, async () => {
        const cuts = await recordCuts(directory, 'reset')
        expect(await campaign('reset', cuts, 6)).toMatchObject({ lies: [], missed: [] })
      })

      it('say the truth, whatever record of the settlement is cut', limit, async () => {
        const cuts = await recordCuts(directory, 'settlement')
        expect(await campaign('settlement', cuts, 3)).toMatchObject({ lies: [], missed: [] })
      })
    })
  }

describeWithServer('slapd', 'resets on OpenLDAP that are cut at random', () => {
  let found: FaultServer
  let directory: FaultyDirectory
  beforeAll(async () => {
    found = openLdapForFaults(await startOpenLdap({ ldif: readyLdif() }))
    directory = await faultyDirectory(found, {
      optionsFor: (url) => ({ url, now: neverFresh() }),
    })
  })
  afterAll(async () => {
    await directory.close()
    await found.server.stop()
  })

  const drawn = { name: 'cuts-slapd-random', store: 'OpenLDAP over LDAPS' }

  it('say the truth', limit, async () => {
    const cuts = await randomCuts(directory, 1_000)
    const faults = cuts.map((cut, number) => ({
      ...cutFault(directory, cut),
      at: `random cut ${number}`,
    }))
    const { subject } = directory
    const { lies } = await runFaultCampaign({ ...drawn, subject, faults, quick: 30 })
    expect(lies).toEqual([])
  })

  it.each(Object.entries({ denyingStore, claimingStore, secondPasswordStore }))(
    'are found to lie in a %s',
    async (_, meddle) => {
      const faults = (['to_server', 'to_client'] as const).map((direction) =>
        directory.planned({
          fault: 'control',
          at: direction,
          moment: 'write',
          break: () => {
            void directory.proxy.cutAtByte({ direction, byte: 1, how: 'reset' })
          },
          mayBeUnknown: false,
        }),
      )
      const { subject } = directory
      const control = { name: 'control', store: 'broken', quick: faults.length }
      const { lies } = await runFaultCampaign({ ...control, subject, faults, meddle })
      expect(lies.length).toBeGreaterThan(0)
    },
  )
})
