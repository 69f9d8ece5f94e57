import type { User } from '../port/user.ts'
import { resettableStatuses } from '../port/user.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import type { StepFailure } from './step-failure.ts'

/** Own account, privilege, status and the configured rule, in this order. `undefined` allows. */
export function checkEligible<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
  user: User,
): StepFailure | undefined {
  if (config.allowSelfReset !== true && isSelf(config, operator, user))
    return { code: 'own_account' }
  // Anything but a plain `false` counts as privileged.
  if (config.allowPrivileged !== true && user.privileged !== false)
    return { code: 'privileged_user' }
  if (!resettableStatuses.includes(user.status))
    return { code: 'not_eligible', detail: { reason: 'status', status: user.status } }
  return checkRule(config, user)
}

/** A comparison that fails counts as "the same", because that refuses. */
function isSelf<O extends Operator>(config: ForceResetConfig<O>, operator: O, user: User): boolean {
  try {
    return config.isSelf ? config.isSelf(operator, user) !== false : operator.id === user.id
  } catch {
    return true
  }
}

function checkRule<O extends Operator>(
  config: ForceResetConfig<O>,
  user: User,
): StepFailure | undefined {
  if (config.eligible === undefined) return undefined
  try {
    const answer: unknown = config.eligible(user)
    if (answer === true) return undefined
    if (typeof answer === 'string')
      return { code: 'not_eligible', detail: { reason: 'rule', message: answer } }
  } catch {
    // No answer is a refusal.
  }
  return { code: 'not_eligible', detail: { reason: 'callback_failed', callback: 'eligible' } }
}
