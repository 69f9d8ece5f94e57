import type { FailureDetail } from '../port/failure.ts'
import type { User } from '../port/user.ts'
import { resettableStatuses } from '../port/user.ts'
import type { FoundUser } from '../port/user-store.ts'
import { attempt } from '../port/within.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import { heard } from './heard.ts'
import { isSameAccount, operatorsAreNoUsers } from './own-account.ts'
import type { StepFailure } from './step-failure.ts'
import { callbackFailed, failed, tellFailure } from './step-failure.ts'

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
    return refusedBecause(config, found, 'privileged_user')
  const { status } = user
  if (!resettableStatuses.includes(status))
    return refusedBecause(config, found, 'not_eligible', { reason: 'status', status })
  return checkRule(config, user)
}

/** The refusal in the words of the store, where it has some. */
function refusedBecause<O extends Operator>(
  config: ForceResetConfig<O>,
  found: FoundUser,
  code: 'privileged_user' | 'not_eligible',
  otherwise?: FailureDetail,
): StepFailure {
  const failure = failed(code, attempt(() => found.reason) ?? otherwise)
  tellFailure(config, 'find', failure)
  return failure
}

const isFlag = (answer: unknown): boolean => typeof answer === 'boolean'
const isTrueOrWords = (answer: unknown): boolean => answer === true || typeof answer === 'string'

function mayResetPrivileged<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
  user: User,
): boolean {
  const { allowPrivileged: allowed } = config
  const answer =
    typeof allowed === 'function'
      ? heard(config, 'allow_privileged', () => allowed.call(config, operator, user), isFlag)
      : allowed
  return answer === true
}

/** Whether the account is the operator's own. A comparison that fails says so, which refuses. */
export function isOwnAccount<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
  user: User,
): boolean {
  const { isSelf = isSameAccount } = config
  return (
    isSelf !== operatorsAreNoUsers &&
    heard(config, 'is_self', () => isSelf.call(config, operator, user), isFlag) !== false
  )
}

function checkRule<O extends Operator>(
  config: ForceResetConfig<O>,
  user: User,
): StepFailure | undefined {
  if (config.eligible === undefined) return undefined
  const answer = heard(config, 'eligible', () => config.eligible?.(user), isTrueOrWords)
  if (answer === true) return undefined
  if (typeof answer === 'string') return failed('not_eligible', { reason: 'rule', message: answer })
  return callbackFailed('not_eligible', 'eligible')
}
