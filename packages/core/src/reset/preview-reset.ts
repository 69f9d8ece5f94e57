import { generateBytes, rulesFailure } from '../password/generate.ts'
import { explained } from '../port/explain-failure.ts'
import type { User } from '../port/user.ts'
import type { UserStore } from '../port/user-store.ts'
import { auditDenial } from './audit-denial.ts'
import { checkForceResetConfig } from './check-config.ts'
import { checkTarget } from './check-target.ts'
import type { ForceResetConfig, Operator, ResetPreview } from './config.ts'
import { findTarget } from './find-target.ts'
import type { StepFailure } from './step-failure.ts'

/** Which account a preview or a view is about. */
export interface ViewRequest<O extends Operator> {
  readonly operator: O
  readonly userId: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Walks the steps of a reset up to the write and says what would happen. Changes nothing; only a
 * denial leaves an audit event.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 */
export async function previewReset<O extends Operator>(
  config: ForceResetConfig<O>,
  request: ViewRequest<O>,
): Promise<ResetPreview> {
  checkForceResetConfig(config)
  const { operator, userId, signal }: ViewRequest<O> = Object(request)
  const target = await findTarget(config, { action: 'reset', operator, userId, signal })
  if (target.ok) return previewTarget(config, operator, target, signal)
  await auditDenial(config, { action: 'reset', operator, userId, target })
  return notAllowed(target.failure)
}

/** The same for an account that has been found and may be reset by this operator. */
export async function previewTarget<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
  target: { readonly store: UserStore; readonly user: User },
  signal?: AbortSignal,
): Promise<ResetPreview> {
  const checked = await checkTarget(config, operator, target, signal)
  if (!checked.ok) return notAllowed(checked.failure)
  const generated = generateBytes(config.format, checked.rules)
  if (typeof generated === 'number') return notAllowed(rulesFailure(generated))
  generated.fill(0)
  return {
    allowed: true,
    survives: checked.survives.filter(
      (one) => one !== 'sessions' || config.revokeSessions === undefined,
    ),
  }
}

function notAllowed(failure: StepFailure): ResetPreview {
  return { allowed: false, ...explained(failure) }
}
