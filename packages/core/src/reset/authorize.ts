import { orNothing } from '../port/within.ts'
import { checkField, longestToken } from './check-field.ts'
import type { AuthorizationQuestion, ForceResetConfig, Operator } from './config.ts'
import type { Denial } from './decision.ts'
import { isDenial } from './decision.ts'
import type { StepFailure } from './step-failure.ts'

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
  const decision: unknown = await orNothing(() => config.authorize(question))
  if (decision === true) return undefined
  const denial: Denial | undefined = isDenial(decision) ? decision : undefined
  if (question.user !== undefined && denial?.visible !== true)
    return { code: 'user_not_found', denied: true }
  return {
    code: 'forbidden',
    denied: true,
    detail: denial && { reason: 'denied', message: denial.message },
  }
}
