import type { StoreError } from './errors.ts'
import type { StoreReason } from './failure.ts'
import type { AccountStatus } from './user.ts'
import type { StoreRefusal } from './user-store.ts'

/**
 * The refusal of a write whose account has changed since it was read.
 *
 * @example
 * if (rows === 0) return conflict
 */
export const conflict: StoreRefusal = Object.freeze({
  outcome: 'refused',
  code: 'conflict',
  detail: Object.freeze({ reason: 'changed_during_write' } as const),
} as const)

/** The refusal of a write whose account is gone. */
export const userNotFound: StoreRefusal = Object.freeze({
  outcome: 'refused',
  code: 'user_not_found',
} as const)

/**
 * The refusal of an account with a status that allows no reset.
 *
 * @example
 * if (!order.eligible.includes(now.status)) return notEligible(now.status)
 */
export function notEligible(status: AccountStatus): StoreRefusal {
  return { outcome: 'refused', code: 'not_eligible', detail: { reason: 'status', status } }
}

/**
 * A refusal in a store's own words.
 *
 * @example
 * return refused('busy', { key: 'locked', what: 'Another transaction holds the account.' })
 */
export function refused(
  code: StoreRefusal['code'],
  reason: Omit<StoreReason, 'reason'>,
): StoreRefusal {
  return { outcome: 'refused', code, detail: { reason: 'store', ...reason } }
}

/**
 * The refusal for a store that could not go on, where nothing was changed.
 *
 * @example
 * try {
 *   return await readPolicy()
 * } catch (error) {
 *   if (error instanceof StoreError) return refusalOf(error)
 *   throw error
 * }
 */
export function refusalOf({ code, detail }: StoreError): StoreRefusal {
  return {
    outcome: 'refused',
    code: code === 'invalid_request' ? 'store_unavailable' : code,
    detail,
  }
}
