import { checkOptions } from '../port/check-options.ts'
import { checkConfig } from '../reset/check-config.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import { lookUp, scopeOf, withoutTiming } from '../reset/find-target.ts'
import type { ViewRequest } from '../reset/preview-reset.ts'
import { callbackFailed } from '../reset/step-failure.ts'
import type { QueryFailure } from '../reset/view-user.ts'
import { queryFailure } from '../reset/view-user.ts'
import type { ReconciledReset, ReconcileOptions } from './reconcile.ts'
import { optionRules, reconcileAll } from './reconcile.ts'

/** What was found out about the open resets of one account, or why not. */
export type CheckResult =
  | { readonly ok: true; readonly resets: readonly ReconciledReset[] }
  | QueryFailure

/**
 * Finds out, for an operator who may reset the account, what became of its resets without a known
 * outcome: {@link reconcile} for one account. To other operators the account seems not to exist.
 *
 * No reset is answered where none is open, where another caller looks at them, or where a reset is
 * still under way.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const checked = await checkOpenResets(config, { operator, userId: '42' })
 * if (checked.ok) for (const { closing } of checked.resets) show(closing.closing)
 */
export async function checkOpenResets<O extends Operator>(
  config: ForceResetConfig<O>,
  request: ViewRequest<O>,
  options: Pick<ReconcileOptions, 'diedAfterSeconds' | 'lookAgainAfterMs'> = {},
): Promise<CheckResult> {
  checkConfig(config)
  checkOptions(options, optionRules)
  return withoutTiming(async () => {
    const target = await lookUp(config, { ...request, action: 'reset' })
    if (!target.ok) return queryFailure(target)
    const { operator, store, user } = target
    const scope = await scopeOf(config, operator)
    if (scope === undefined) return queryFailure(callbackFailed('store_unavailable', 'scope'))
    const only = { store: store.name, scope, userId: user.id }
    const resets = await reconcileAll(config, { ...options, storeOf: () => store }, only)
    return { ok: true, resets }
  })
}
