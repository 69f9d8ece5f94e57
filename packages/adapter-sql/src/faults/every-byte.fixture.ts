import {
  claimingStore,
  denyingStore,
  type FaultReport,
  type Framing,
  isReplay,
  runFaultCampaign,
  secondPasswordStore,
} from '@force-reset/testing/faults'
import { expect, it } from 'vitest'
import type { TableShape } from '../fixtures/table-shape.ts'
import { oneTable, splitTables } from '../fixtures/table-shapes.ts'
import { type CutSubject, cutSubject, type SqlTarget } from './cut-subject.fixture.ts'
import {
  cutsAtEveryByte,
  cutsOfSettlement,
  faultsOf,
  lastExchange,
  recordReset,
  recordSettlement,
} from './planned-cuts.fixture.ts'

/** The whole of a campaign takes minutes. */
export const limit = { timeout: 3_600_000 }
const shapes = { 'one-table': oneTable, 'split-tables': splitTables }
const brokenStores = { denyingStore, claimingStore, secondPasswordStore }

/** Nothing was a lie, every fault happened, and this was said, or nothing was tried. */
export function isTrue(
  { counts, lies, missed }: FaultReport,
  said: 'applied' | 'store_unavailable' | 'audit_unavailable',
) {
  expect(lies).toEqual([])
  expect(missed).toEqual([])
  if (!isReplay) expect(counts.map((one) => one.said)).toContain(said)
}

export async function onSubject<T>(
  target: SqlTarget,
  shape: TableShape,
  work: (subject: CutSubject) => Promise<T>,
  options: Parameters<typeof cutSubject>[2] = {},
): Promise<T> {
  const subject = await cutSubject(target, shape, options)
  const result = await work(subject)
  await subject.stop()
  return result
}

/** Cuts at every byte, where bytes can be told apart. */
export function everyByte(product: string, framing: Framing, target: () => SqlTarget): void {
  const slug = product.toLowerCase()
  for (const [shapeName, shape] of Object.entries(shapes)) {
    const store = `${product}, ${shapeName.replace('-', ' ')}`
    it(`tells no lie about a reset that is cut at any byte (${shapeName})`, limit, async () => {
      const report = await onSubject(target(), shape, async (subject) => {
        const plans = cutsAtEveryByte(await recordReset(subject), framing)
        const faults = faultsOf(subject, plans)
        const name = `cuts-${slug}-${shapeName}`
        return runFaultCampaign({ name, store, subject, faults, quick: 30 })
      })
      isTrue(report, 'store_unavailable')
    })

    it(`tells no lie where the settlement is cut at any byte (${shapeName})`, limit, async () => {
      const report = await onSubject(target(), shape, async (subject) => {
        const { answer } = lastExchange(await recordReset(subject))
        const settlement = await recordSettlement(subject, answer)
        const plans = cutsOfSettlement(settlement, answer, framing)
        const faults = faultsOf(subject, plans)
        const name = `cuts-${slug}-${shapeName}-settlement`
        return runFaultCampaign({ name, store, subject, faults, quick: 12 })
      })
      isTrue(report, 'applied')
    })
  }

  it('tells no lie where its pending resets are cut too, at any byte', limit, async () => {
    const work = async (subject: CutSubject) => {
      const faults = faultsOf(subject, cutsAtEveryByte(await recordReset(subject), framing))
      const [name, store] = [`cuts-${slug}-pending`, `${product}, one table and pending resets`]
      return runFaultCampaign({ name, store, subject, faults, quick: 30 })
    }
    isTrue(await onSubject(target(), oneTable, work, { keepsPending: true }), 'audit_unavailable')
  })

  it.each(Object.entries(brokenStores))('finds the lies of a %s', limit, async (_, meddle) => {
    const { lies } = await onSubject(target(), oneTable, async (subject) => {
      const { request, answer } = lastExchange(await recordReset(subject))
      const plans = [request, answer].map((cut) => ({ cut, losses: 0 }))
      return runFaultCampaign({
        name: 'control',
        store: 'broken',
        subject,
        faults: faultsOf(subject, plans),
        quick: plans.length,
        meddle,
      })
    })
    expect(lies.length).toBeGreaterThan(0)
  })
}
