import type { User } from '../port/user.ts'
import type { UserStore } from '../port/user-store.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import type { StepFailure } from './step-failure.ts'
import { writeAudit } from './write-audit.ts'

/**
 * Records an operator who was denied, and every look for an account that does not exist: both cost
 * one event, so neither the trail's time nor its failure tells them apart from outside. The answer
 * stays a refusal whether or not the event could be stored.
 */
export async function auditDenial<O extends Operator>(
  config: ForceResetConfig<O>,
  denial: {
    readonly action: 'list' | 'view' | 'reset'
    readonly operator: O
    readonly userId?: string | undefined
    readonly target: {
      readonly failure: StepFailure
      readonly store?: UserStore | undefined
      readonly user?: User | undefined
    }
  },
): Promise<void> {
  const { action, target } = denial
  const { failure } = target
  if (failure.denied !== true && failure.code !== 'user_not_found') return
  const resetId = crypto.randomUUID()
  await writeAudit(config, {
    type: 'access.denied',
    action,
    resetId,
    request: denial,
    known: target,
    code: failure.code,
  })
}
