import type { ResetRecord, ResetStep } from './race-reset.ts'

/** The steps and the outcome that the answers of the store and of the audit trail lead to. */
interface Road {
  readonly steps: readonly string[]
  readonly outcome: string
}

/**
 * The faults of one reset. A step is missing or too many. An answer comes from no step. An audit
 * event does not say what happened.
 */
export function faultsOfReset(record: ResetRecord): readonly string[] {
  const { request, steps, result } = record
  const road = roadOf(record)
  const taken = steps.map(nameOf)
  const faults: string[] = []
  const expect = (what: string, found: unknown, wanted: unknown): void => {
    if (found !== wanted) faults.push(`${request.name}: ${what} is ${found}, and not ${wanted}`)
  }
  expect('the road', taken.join(', '), road.steps.join(', '))
  expect('the outcome', result.outcome, road.outcome)
  const written = steps.find(({ step }) => step === 'write')
  for (const step of steps) {
    if (step.step !== 'audit') continue
    expect(`the id in ${step.type}`, step.resetId, result.resetId)
    expect(`the operator in ${step.type}`, step.operatorId, request.operatorId)
    expect(`the user in ${step.type}`, step.userId ?? request.userId, request.userId)
    if (step.code !== undefined) expect(`the code in ${step.type}`, step.code, road.outcome)
    if (step.type === 'reset.attempted') expect('the mark attempted', step.mark, markOf('prepare'))
    if (step.type === 'reset.applied')
      expect('the mark applied', step.mark, written && markOf('write'))
  }
  if (road.outcome === 'applied')
    expect('auditComplete', result.auditComplete, request.deafTo !== 'outcome')
  return faults

  function markOf(wanted: ResetStep['step']): string | undefined {
    const step = steps.find((one) => one.step === wanted)
    return step && 'mark' in step ? step.mark : undefined
  }
}

/** The flow of a reset, told once more and without its code. */
function roadOf({ request, steps }: ResetRecord): Road {
  const found = steps.find((step) => step.step === 'find')
  const seen = found?.seen
  const refused = (before: readonly string[], outcome: string): Road => ({
    steps: [...before, 'reset.refused'],
    outcome,
  })
  if (!seen) return refused(['find'], 'user_not_found')
  if (seen.version !== request.version) return refused(['find'], 'conflict')
  if (seen.privileged) return refused(['find'], 'privileged_user')
  if (!seen.eligible) return refused(['find'], 'not_eligible')
  const before = ['find']
  for (const next of ['check', 'prepare', 'write'] as const) {
    if (next === 'write') before.push('reset.attempted')
    if (next === 'write' && request.deafTo === 'attempted')
      return refused(before, 'audit_unavailable')
    before.push(next)
    const step = steps.find((one) => one.step === next)
    const outcome = step && 'outcome' in step ? step.outcome : 'missing'
    if (outcome !== 'done') return refused(before, outcome)
  }
  return { steps: [...before, 'reset.applied'], outcome: 'applied' }
}

function nameOf(step: ResetStep): string {
  return step.step === 'audit' ? step.type : step.step
}

/** The faults of all resets of a race together. */
export function faultsOfAll(
  records: readonly ResetRecord[],
  { oneOfEachVersion }: { readonly oneOfEachVersion: boolean },
): readonly string[] {
  const applied = records.filter(({ result }) => result.outcome === 'applied')
  const versions = Map.groupBy(applied, ({ request }) => request.version)
  const twice = [...versions.values()].filter(({ length }) => length > 1)
  const ids = new Set(records.map(({ result }) => result.resetId))
  return [
    ...(oneOfEachVersion ? twice : []).map(
      (same) => `${same.map(({ request }) => request.name).join(' and ')} reset the same version`,
    ),
    ...(ids.size < records.length ? ['two resets have the same id'] : []),
    ...records.flatMap(faultsOfReset),
  ]
}
