import type { User } from '../port/user.ts'
import { resettableStatuses } from '../port/user.ts'
import type { FoundUser } from '../port/user-store.ts'
import { attempt } from '../port/within.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import { isSameAccount, operatorsAreNoUsers } from './own-account.ts'
import type { StepFailure } from './step-failure.ts'
import { callbackFailed, failed } from './step-failure.ts'

/** Own account, privilege, status and the configured rule, in this order. `undefined` allows. */
export function checkEligible<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
  user: User,
  found: FoundUser,
): StepFailure | undefined {
  if (config.allowSelfReset !== true && isOwnAccount(config, operator, user))
    return failed('own_account')
  // Anything but a plain `false` counts as privileged.
  if (user.privileged !== false && !mayResetPrivileged(config, operator, user))
    return failed(
      'privileged_user',
      attempt(() => found.reason),
    )
  const { status } = user
  if (!resettableStatuses.includes(status))
    return failed('not_eligible', attempt(() => found.reason) ?? { reason: 'status', status })
  return checkRule(config, user)
}

function mayResetPrivileged<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
  user: User,
): boolean {
  const { allowPrivileged: allowed } = config
  const answer =
    typeof allowed === 'function' ? attempt(() => allowed.call(config, operator, user)) : allowed
  return answer === true
}

/** A comparison that fails counts as "the same", because that refuses. */
function isOwnAccount<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
  user: User,
): boolean {
  const { isSelf = isSameAccount } = config
  return (
    isSelf !== operatorsAreNoUsers && attempt(() => isSelf.call(config, operator, user)) !== false
  )
}

function checkRule<O extends Operator>(
  config: ForceResetConfig<O>,
  user: User,
): StepFailure | undefined {
  if (config.eligible === undefined) return undefined
  const answer: unknown = attempt(() => config.eligible?.(user))
  if (answer === true) return undefined
  if (typeof answer === 'string') return failed('not_eligible', { reason: 'rule', message: answer })
  return callbackFailed('not_eligible', 'eligible')
}
