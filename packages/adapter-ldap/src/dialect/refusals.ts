import type { StoreRefusal } from '@force-reset/core'
import { mayHaveArrived, type TransportError } from '../connection/transport-error.ts'
import { explainResult } from '../explain/explain-result.ts'
import { explainTransport } from '../explain/explain-transport.ts'
import { detailOf, type Explain, type Explanation } from '../explain/explanation.ts'
import type { WriteAnswer } from '../plan/request.ts'
import type { Account, PlannedOutcome } from './dialect.ts'
import { parentDn } from './dn.ts'

/**
 * A refusal that this package puts in words itself.
 *
 * @example
 * return refusedFor(explanation, answer.code)
 */
export function refusedFor(explanation: Explanation, ldapResult?: number): StoreRefusal {
  return { outcome: 'refused', code: explanation.code, detail: detailOf(explanation, ldapResult) }
}

/**
 * What it means that a write was not answered. `lost` is what the plan of settling has to know.
 *
 * @example
 * if (answer instanceof TransportError) return lostWrite(answer, step)
 */
export function lostWrite<Lost>(error: TransportError, lost: Lost): PlannedOutcome<Lost> {
  const explanation = explainTransport(error)
  const detail = { ...detailOf(explanation), cause: error.safeCause }
  return mayHaveArrived(error)
    ? { outcome: 'unknown', lost, detail }
    : { outcome: 'refused', code: explanation.code, detail }
}

/**
 * What it means that the directory refused a write.
 *
 * @example
 * return refusedBy(answer, account, explainOpenLdap)
 */
export function refusedBy(answer: WriteAnswer, { entry }: Account, explain: Explain): StoreRefusal {
  const doing = { doing: 'write', container: parentDn(entry.dn) } as const
  return refusedFor(explainResult(answer, doing, explain), answer.code)
}
