import type { StoreRefusal } from '@force-reset/core'
import { mayHaveArrived, type TransportError } from '../connection/transport-error.ts'
import { explainResult } from '../explain/explain-result.ts'
import { explainTransport } from '../explain/explain-transport.ts'
import { detailOf, type Explain, type Explanation } from '../explain/explanation.ts'
import type { WriteAnswer, WriteStep } from '../plan/request.ts'
import type { Account, Outcome } from './dialect.ts'
import { parentDn } from './dn.ts'

/**
 * A refusal in the words of this package.
 *
 * @example
 * if (lastSet === undefined) return refusedFor(unreadable)
 */
export function refusedFor(explanation: Explanation, ldapResult?: number): StoreRefusal {
  return {
    outcome: 'refused',
    code: explanation.code,
    detail: detailOf(explanation, ldapResult),
  }
}

/**
 * The outcome of a write that was not answered. `lost` goes to `settle`.
 *
 * @example
 * if (answer instanceof TransportError) return lostWrite(answer, step)
 */
export function lostWrite(error: TransportError, lost: WriteStep): Outcome {
  const explanation = explainTransport(error)
  const detail = { ...detailOf(explanation), cause: error.safeCause }
  return mayHaveArrived(error)
    ? { outcome: 'unknown', lost, detail }
    : { outcome: 'refused', code: explanation.code, detail }
}

/**
 * The refusal of a write that the directory refused.
 *
 * @example
 * if (answer.code !== resultCodes.success) return refusedBy(answer, account, explainDs389)
 */
export function refusedBy(answer: WriteAnswer, { entry }: Account, explain: Explain): StoreRefusal {
  const doing = { doing: 'write', container: parentDn(entry.dn) } as const
  return refusedFor(explainResult(answer, doing, explain), answer.code)
}
