import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryUserStore } from '@force-reset/core/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { claimingStore, denyingStore, secondPasswordStore } from './broken-stores.ts'
import {
  type FaultCampaign,
  type FaultSubject,
  type PlannedFault,
  runFaultCampaign,
} from './fault-campaign.ts'
import { faultSeed, selectedFaults } from './fault-runs.ts'

/** Accounts in memory, and the faults that their store can have. */
function memorySubject(): { readonly subject: FaultSubject; readonly faults: PlannedFault[] } {
  const store = memoryUserStore({ users: [] })
  let count = 0
  const subject: FaultSubject = {
    store,
    add: async ({ status }) => {
      count += 1
      const account = { id: `${count}`, username: `user-${count}`, password: `first-${count}` }
      store.add({ ...account, status })
      return account
    },
    signIn: async (username, password) => {
      const said = store.signIn(username, password)
      return said === 'expired' ? 'refused' : said
    },
    pass: async () => undefined,
  }
  const faults: PlannedFault[] = [
    { fault: 'request lost', at: 'request', beforeWrite: () => store.faults.loseWrite() },
    { fault: 'response lost', at: 'response', beforeWrite: () => store.faults.loseAnswer() },
    {
      fault: 'response and settlement lost',
      at: 'settlement',
      beforeWrite: () => {
        store.faults.loseAnswer()
        store.faults.failSettle()
      },
    },
  ]
  return { subject, faults }
}

function campaign(change: Partial<FaultCampaign> = {}): FaultCampaign {
  return { name: 'test-memory', store: 'memory', quick: 10, ...memorySubject(), ...change }
}

beforeEach(() => {
  for (const name of ['FAULT_RUNS', 'FAULT_ONLY', 'FAULT_RESULTS']) vi.stubEnv(name, undefined)
})
afterEach(() => vi.unstubAllEnvs())

describe('runFaultCampaign', () => {
  it('counts the answers by fault, and writes the counts where it is told to', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fault-results-'))
    vi.stubEnv('FAULT_RESULTS', folder)
    const { counts, lies, missed } = await runFaultCampaign(campaign())
    expect({ lies, missed }).toEqual({ lies: [], missed: [] })
    const lines = readFileSync(join(folder, 'test-memory.jsonl'), 'utf8').trim().split('\n')
    const head = { campaign: 'test-memory', seed: faultSeed, planned: 3, met: 3, missed: 0 }
    expect(lines.map((line) => JSON.parse(line))).toEqual([head, ...counts])
    expect(counts.map(({ store, fault, said, count }) => [store, fault, said, count])).toEqual([
      ['memory', 'request lost', 'applied', 1],
      ['memory', 'response lost', 'applied', 1],
      ['memory', 'response and settlement lost', 'outcome_unknown, later applied, and ended', 1],
    ])
    rmSync(folder, { recursive: true })
  })

  it.each([
    ['says that nothing was changed', denyingStore, 'response', 'store_unavailable', 'new'],
    ['says that the reset has happened', claimingStore, 'request', 'applied', 'old'],
    ['writes a second password', secondPasswordStore, 'request', 'applied', 'neither'],
  ] as const)('finds a store that %s', async (_, meddle, at, said, truth) => {
    const { lies } = await runFaultCampaign(campaign({ meddle }))
    expect(lies).toContainEqual(expect.objectContaining({ at, said, truth, store: 'memory' }))
  })

  it('takes an unknown outcome for a lie where the server could be asked', async () => {
    const { subject, faults } = memorySubject()
    const strict = faults.map((fault) => ({ ...fault, mayBeUnknown: false }))
    const { lies } = await runFaultCampaign(campaign({ subject, faults: strict }))
    const said = 'outcome_unknown, later applied, and ended'
    expect(lies).toEqual([expect.objectContaining({ at: 'settlement', said, truth: 'new' })])
  })

  it('names the faults that did not happen', async () => {
    const fault = { fault: 'none', at: 'nowhere', struck: () => false }
    const { missed } = await runFaultCampaign(campaign({ faults: [fault] }))
    expect(missed).toEqual(['nowhere'])
  })
})

describe('selectedFaults', () => {
  const faults = Array.from({ length: 100 }, (_, i) => ({ at: `${i}` }))

  it('draws the same faults for the same seed, in their order', () => {
    const drawn = selectedFaults(faults, 7)
    expect(drawn).toHaveLength(7)
    expect(selectedFaults(faults, 7)).toEqual(drawn)
    expect([...drawn].sort((a, b) => Number(a.at) - Number(b.at))).toEqual(drawn)
  })

  it('takes all, as many as asked for, or the only one', () => {
    vi.stubEnv('FAULT_RUNS', 'all')
    expect(selectedFaults(faults, 7)).toEqual(faults)
    vi.stubEnv('FAULT_RUNS', '3')
    expect(selectedFaults(faults, 7)).toHaveLength(3)
    vi.stubEnv('FAULT_ONLY', '42')
    expect(selectedFaults(faults, 7)).toEqual([{ at: '42' }])
  })
})
