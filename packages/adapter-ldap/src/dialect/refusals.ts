import type { StoreRefusal } from '@force-reset/core'
import { mayHaveArrived, type TransportError } from '../connection/transport-error.ts'
import { explainResult } from '../explain/explain-result.ts'
import { explainTransport } from '../explain/explain-transport.ts'
import { detailOf, type Explain, type Problem } from '../explain/problem.ts'
import type { WriteAnswer, WriteStep } from '../plan/request.ts'
import type { Account, Outcome } from './dialect.ts'
import { parentDn } from './dn.ts'

/** Somebody else was faster. */
export const conflict: StoreRefusal = Object.freeze({
  outcome: 'refused',
  code: 'conflict',
  detail: Object.freeze({ reason: 'changed_during_write' } as const),
} as const)

/** It is gone, or is not one of the people below the base any more. */
export const userNotFound: StoreRefusal = Object.freeze({
  outcome: 'refused',
  code: 'user_not_found',
} as const)

export function notEligible({ user: { status } }: Account): StoreRefusal {
  return { outcome: 'refused', code: 'not_eligible', detail: { reason: 'status', status } }
}

/** A refusal that this package puts in words itself. */
export function refusedFor(problem: Problem, ldapResult?: number): StoreRefusal {
  return { outcome: 'refused', code: problem.code, detail: detailOf(problem, ldapResult) }
}

/** What it means that a write was not answered. `lost` goes to `settle`. */
export function lostWrite(error: TransportError, lost: WriteStep): Outcome {
  const problem = explainTransport(error)
  const detail = { ...detailOf(problem), cause: error.safeCause }
  return mayHaveArrived(error)
    ? { outcome: 'unknown', lost, detail }
    : { outcome: 'refused', code: problem.code, detail }
}

/** What it means that the directory refused a write. */
export function refusedBy(answer: WriteAnswer, { entry }: Account, explain: Explain): StoreRefusal {
  const problem = explainResult(answer, { doing: 'write', container: parentDn(entry.dn) }, explain)
  return { outcome: 'refused', code: problem.code, detail: detailOf(problem, answer.code) }
}
