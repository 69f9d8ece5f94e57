import { checkField, longestToken } from './check-field.ts'
import type { AuthorizationQuestion, ForceResetConfig, Operator } from './config.ts'
import { isDenial } from './decision.ts'
import { heardLater } from './heard.ts'
import type { StepFailure } from './step-failure.ts'
import { failed } from './step-failure.ts'

/**
 * Asks the configuration. `undefined` allows; only exactly `true` does. A denial for one account
 * looks like "not found" unless it says otherwise.
 */
export async function authorize<O extends Operator>(
  config: ForceResetConfig<O>,
  question: AuthorizationQuestion<O>,
): Promise<StepFailure | undefined> {
  const nobody = checkField('operator.id', question.operator?.id, longestToken)
  if (nobody) return nobody
  const decision: unknown = await heardLater(config, 'authorize', () => config.authorize(question))
  if (decision === true) return undefined
  const denial = isDenial(decision) ? decision : undefined
  const failure =
    question.user !== undefined && denial?.visible !== true
      ? failed('user_not_found')
      : failed('forbidden', denial && { reason: 'denied', message: denial.message })
  return { ...failure, denied: true }
}
