import type { RequestSource } from '../port/audit-event.ts'
import { explained } from '../port/explain-failure.ts'
import { checkTarget } from './check-target.ts'
import type { ForceResetConfig, Operator, ResetPreview } from './config.ts'
import type { FoundTarget } from './find-target.ts'
import { lookUp, withoutTiming } from './find-target.ts'
import { heardLater } from './heard.ts'
import type { StepFailure } from './step-failure.ts'
import { failed } from './step-failure.ts'

/** A question about one account that changes nothing. */
export interface ViewRequest<O extends Operator> {
  readonly operator: O
  readonly userId: string
  /** Joins the audit events with the caller's own log. */
  readonly correlationId?: string | undefined
  /** Where the request came from, for the audit trail. */
  readonly source?: RequestSource | undefined
  readonly signal?: AbortSignal | undefined
}

/** The same question about a reset. */
export interface PreviewRequest<O extends Operator> extends ViewRequest<O> {
  /** The reason of the reset that is meant. `authorize` is asked with it; nobody requires it. */
  readonly reason?: string | undefined
}

/**
 * Walks the steps of a reset up to the write and says whether the reset would be allowed. Changes
 * nothing; only a denial leaves an audit event.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const preview = await previewReset(config, { operator, userId: '42' })
 * if (!preview.allowed) show(preview.message)
 */
export async function previewReset<O extends Operator>(
  config: ForceResetConfig<O>,
  request: PreviewRequest<O>,
): Promise<ResetPreview> {
  return withoutTiming(async () => {
    const target = await lookUp(config, { ...request, action: 'reset' })
    return target.ok ? previewTarget(config, target) : notAllowed(target)
  })
}

/** The same for an account that has been found and may be reset by this operator. */
export async function previewTarget<O extends Operator>(
  config: ForceResetConfig<O>,
  target: FoundTarget<O>,
): Promise<ResetPreview> {
  const checked = await checkTarget(config, target)
  if (!checked.ok) return notAllowed(checked)
  checked.password.fill(0)
  const allowed = {
    allowed: true,
    survives: checked.survives.filter(
      (one) => one !== 'sessions' || config.revokeSessions === undefined,
    ),
  } as const
  if (!config.verification) return allowed
  const offered = await heardLater(config, 'verification', () =>
    config.verification?.offer(config, target),
  )
  return offered?.ok === true
    ? { ...allowed, verification: offered.offer }
    : notAllowed(failed('verification_required', offered?.detail))
}

/** The failure as a preview answers it. */
export function notAllowed(failure: StepFailure): ResetPreview {
  return { allowed: false, ...explained(failure) }
}
