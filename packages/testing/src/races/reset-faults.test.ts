import { memoryUserStore } from '@force-reset/core/testing'
import { describe, expect, it } from 'vitest'
import type { RaceRequest, ResetRecord, ResetStep, Stage } from './race-reset.ts'
import { resetInTurns } from './race-reset.ts'
import { faultsOfAll, faultsOfReset } from './reset-faults.ts'

const alone: Stage = { enter: async () => undefined, tell: () => undefined }

async function recordOf(change: Partial<RaceRequest> = {}): Promise<ResetRecord> {
  const store = memoryUserStore({ users: [{ id: '1', username: 'kim' }] })
  const version = (await store.find('1'))?.user.version ?? ''
  const names = { name: 'reset-1', operatorId: 'operator-1', userId: '1' }
  return resetInTurns(store, { ...names, version, deafTo: 'nothing', ...change }, alone)
}

describe('a reset as it should be', () => {
  it.each<[string, Partial<RaceRequest>, string]>([
    ['is applied', {}, 'applied'],
    ['stops where the attempt cannot be audited', { deafTo: 'attempted' }, 'audit_unavailable'],
    ['goes on where its outcome cannot be audited', { deafTo: 'outcome' }, 'applied'],
    ['is a conflict with an older version', { version: 'older' }, 'conflict'],
    ['finds nobody', { userId: '2' }, 'user_not_found'],
  ])('%s, without a fault', async (_, change, outcome) => {
    const record = await recordOf(change)
    expect(record.result.outcome).toBe(outcome)
    expect(faultsOfReset(record)).toEqual([])
  })
})

/** The same record with other steps. */
function withSteps(
  record: ResetRecord,
  change: (steps: readonly ResetStep[]) => readonly ResetStep[],
): ResetRecord {
  return { ...record, steps: change(record.steps) }
}

const isAudit = (step: ResetStep, type: string) => step.step === 'audit' && step.type === type

describe('a fault is found where', () => {
  it.each<[string, (steps: readonly ResetStep[]) => readonly ResetStep[]]>([
    ['the attempt is not audited', (all) => all.filter((s) => !isAudit(s, 'reset.attempted'))],
    ['the outcome is not audited', (all) => all.slice(0, -1)],
    ['the outcome is audited twice', (all) => [...all, ...all.slice(-1)]],
    [
      'the attempt is audited after the write',
      (all) => {
        const attempted = all.filter((step) => isAudit(step, 'reset.attempted'))
        const others = all.filter((step) => !isAudit(step, 'reset.attempted'))
        return others.toSpliced(-1, 0, ...attempted)
      },
    ],
    [
      'there are two writes',
      (all) => all.toSpliced(-1, 0, ...all.filter((s) => s.step === 'write')),
    ],
    [
      'the store refused',
      (all) => all.map((s) => (s.step === 'write' ? { ...s, outcome: 'conflict' } : s)),
    ],
    [
      'an event names another reset',
      (all) => all.map((s) => (s.step === 'audit' ? { ...s, resetId: 'other' } : s)),
    ],
    [
      'an event names another operator',
      (all) => all.map((s) => (s.step === 'audit' ? { ...s, operatorId: 'other' } : s)),
    ],
    [
      'an event names another user',
      (all) => all.map((s) => (s.step === 'audit' ? { ...s, userId: 'other' } : s)),
    ],
    [
      'the attempt names another write',
      (all) => all.map((s) => (isAudit(s, 'reset.attempted') ? { ...s, mark: 'other' } : s)),
    ],
    [
      'the outcome names another write',
      (all) => all.map((s) => (isAudit(s, 'reset.applied') ? { ...s, mark: 'other' } : s)),
    ],
  ])('%s', async (_, change) => {
    const record = await recordOf()
    expect(faultsOfReset(record)).toEqual([])
    expect(faultsOfReset(withSteps(record, change))).not.toEqual([])
  })

  it('a refusal is audited with another code', async () => {
    const record = await recordOf({ version: 'older' })
    const other = withSteps(record, (all) =>
      all.map((step) => (step.step === 'audit' ? { ...step, code: 'not_eligible' } : step)),
    )
    expect(faultsOfReset(other)).not.toEqual([])
  })

  it('a lost event is answered as stored', async () => {
    const record = await recordOf({ deafTo: 'outcome' })
    const result = { ...record.result, auditComplete: true }
    expect(faultsOfReset({ ...record, result })).not.toEqual([])
  })

  it('two resets of one version are applied, or have one id', async () => {
    const [one, other] = [await recordOf(), await recordOf()]
    const both = [one, other]
    expect(faultsOfAll(both, { oneOfEachVersion: true })).toHaveLength(1)
    expect(faultsOfAll(both, { oneOfEachVersion: false })).toEqual([])
    expect(faultsOfAll([one, one], { oneOfEachVersion: false })).toHaveLength(1)
  })
})
