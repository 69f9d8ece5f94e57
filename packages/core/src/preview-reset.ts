import { auditDenial } from './audit-denial.ts'
import { checkForceResetConfig } from './check-config.ts'
import { checkTarget } from './check-target.ts'
import type { ForceResetConfig, Operator, ResetPreview } from './config.ts'
import { explainFailure } from './explain-failure.ts'
import { findTarget } from './find-target.ts'
import { generateBytes, leastEntropyBits } from './generate.ts'
import type { Survivor } from './receipt.ts'
import type { StepFailure } from './step-failure.ts'
import type { User } from './user.ts'
import type { UserStore } from './user-store.ts'

/** Which account a preview or a view is about. */
export interface ViewRequest<O extends Operator> {
  readonly operator: O
  readonly userId: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Walks the steps of a reset up to the write and says what would happen. Changes nothing; only a denial leaves an audit event.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 */
export async function previewReset<O extends Operator>(config: ForceResetConfig<O>, request: ViewRequest<O>): Promise<ResetPreview> {
  checkForceResetConfig(config)
  const target = await findTarget(config, { action: 'reset', ...request })
  if (target.ok) return previewTarget(config, request.operator, target, request.signal)
  await auditDenial(config, { action: 'reset', operator: request.operator, userId: request.userId, target })
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
  if (!generated.ok)
    return notAllowed({ code: 'rules_unsatisfiable', detail: { reason: 'rules', bits: generated.bits, leastBits: leastEntropyBits } })
  generated.bytes.fill(0)
  return { allowed: true, survives: survivors(config, target.store) }
}

function survivors<O extends Operator>(config: ForceResetConfig<O>, store: UserStore): readonly Survivor[] {
  return store.capabilities.survives.filter((one) => one !== 'sessions' || config.revokeSessions === undefined)
}

function notAllowed({ code, detail }: StepFailure): ResetPreview {
  return { allowed: false, code, detail, message: explainFailure(code, detail) }
}
