import { explained } from '../port/explain-failure.ts'
import type { FailureCode, FailureDetail } from '../port/failure.ts'
import type { User } from '../port/user.ts'
import { authorize } from './authorize.ts'
import type { ForceResetConfig, Operator, ResetPreview } from './config.ts'
import { lookUp, withoutTiming } from './find-target.ts'
import type { ViewRequest } from './preview-reset.ts'
import { notAllowed, previewTarget } from './preview-reset.ts'
import type { StepFailure } from './step-failure.ts'
import { failed } from './step-failure.ts'

/** Why a question was not answered. */
export interface QueryFailure {
  readonly ok: false
  readonly code: FailureCode
  readonly detail?: FailureDetail | undefined
  readonly message: string
}

/** One account, and whether a reset of the account is allowed. */
export type ViewResult =
  | { readonly ok: true; readonly user: User; readonly reset: ResetPreview }
  | QueryFailure

/**
 * One account, for an operator who may view the account. To other operators the account seems not
 * to exist.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * const view = await viewUser(config, { operator, userId: '42' })
 * if (view.ok) show(view.user.username)
 */
export async function viewUser<O extends Operator>(
  config: ForceResetConfig<O>,
  request: ViewRequest<O>,
): Promise<ViewResult> {
  return withoutTiming(() => viewOne(config, request))
}

async function viewOne<O extends Operator>(
  config: ForceResetConfig<O>,
  request: ViewRequest<O>,
): Promise<ViewResult> {
  const target = await lookUp(config, { ...request, action: 'view' })
  if (!target.ok) return queryFailure(target)
  const { operator, user } = target
  const denied =
    (await authorize(config, { action: 'reset', operator })) ??
    (await authorize(config, { action: 'reset', operator, user }))
  const reset = denied
    ? notAllowed(failed('forbidden', denied.detail))
    : await previewTarget(config, target)
  return { ok: true, user, reset }
}

/** The failure as a question answers it. */
export function queryFailure(failure: StepFailure): QueryFailure {
  return { ok: false, ...explained(failure) }
}
