import type { ForceResetConfig, Operator } from './config.ts'
import type { StepFailure } from './step-failure.ts'
import type { User } from './user.ts'
import { resettableStatuses } from './user.ts'

/** Own account, privilege, status and the configured rule, in this order. `undefined` allows. */
export function checkEligible<O extends Operator>(config: ForceResetConfig<O>, operator: O, user: User): StepFailure | undefined {
  if (config.allowSelfReset !== true && isSelf(config, operator, user)) return { code: 'own_account' }
  // Anything but a plain `false` counts as privileged.
  if (config.allowPrivileged !== true && user.privileged !== false) return { code: 'privileged_user' }
  if (!resettableStatuses.includes(user.status)) return { code: 'not_eligible', detail: { reason: 'status', status: user.status } }
  return checkRule(config, user)
}

/** A comparison that fails counts as "the same", because that refuses. */
function isSelf<O extends Operator>(config: ForceResetConfig<O>, operator: O, user: User): boolean {
  if (config.isSelf === undefined) return operator.id === user.id
  try {
    return config.isSelf(operator, user) !== false
  } catch {
    return true
  }
}

function checkRule<O extends Operator>(config: ForceResetConfig<O>, user: User): StepFailure | undefined {
  if (config.eligible === undefined) return undefined
  let answer: unknown
  try {
    answer = config.eligible(user)
  } catch {
    answer = undefined
  }
  if (answer === true) return undefined
  const detail =
    typeof answer === 'string'
      ? ({ reason: 'rule', message: answer } as const)
      : ({ reason: 'callback_failed', callback: 'eligible' } as const)
  return { code: 'not_eligible', detail }
}
