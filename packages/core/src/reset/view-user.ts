import { explained } from '../port/explain-failure.ts'
import type { FailureCode, FailureDetail } from '../port/failure.ts'
import type { PendingReset } from '../port/pending-resets.ts'
import type { User } from '../port/user.ts'
import { timeBy } from './audit.ts'
import { authorize } from './authorize.ts'
import type { ForceResetConfig, Operator, ResetPreview } from './config.ts'
import type { FoundTarget } from './find-target.ts'
import { lookUp, scopeOf, withoutTiming } from './find-target.ts'
import { heardLater } from './heard.ts'
import type { ViewRequest } from './preview-reset.ts'
import { notAllowed, previewTarget } from './preview-reset.ts'
import { keep } from './reset-trail.ts'
import type { StepFailure } from './step-failure.ts'
import { failed } from './step-failure.ts'

/** Why a question was not answered. */
export interface QueryFailure {
  readonly ok: false
  readonly code: FailureCode
  readonly detail?: FailureDetail | undefined
  readonly message: string
}

/** A reset of the account without a known outcome. */
export interface OpenReset {
  readonly resetId: string
  readonly operatorId: string
  readonly attemptedAt: Date
}

/** One account, and whether a reset of the account is allowed. */
export type ViewResult =
  | {
      readonly ok: true
      readonly user: User
      readonly reset: ResetPreview
      /**
       * For an operator who may reset the account: `checkOpenResets` finds out what became of these
       * resets. Oldest first, and none without `pending`.
       */
      readonly openResets: readonly OpenReset[]
    }
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
  const openResets = denied ? [] : await openResetsOf(config, target)
  return { ok: true, user, reset, openResets }
}

/** Most open resets of an account that a view names. */
const mostOpen = 20
/** A younger attempt is most likely still under way, in milliseconds. */
const underWayMs = 60_000

async function openResetsOf<O extends Operator>(
  config: ForceResetConfig<O>,
  { operator, store, user: { id: userId } }: FoundTarget<O>,
): Promise<readonly OpenReset[]> {
  if (config.pending === undefined) return []
  const scope = await scopeOf(config, operator)
  const present = timeBy(config)
  if (scope === undefined) return []
  const asked = { userId, store: store.name, scope, limit: mostOpen }
  const page = await keep(config, (pending) => pending.list(asked))
  const open = await heardLater(config, 'pending', () =>
    page?.resets
      .filter((row) => isOpen(row, present))
      .map(({ resetId, operatorId, attemptedAt }) => ({ resetId, operatorId, attemptedAt })),
  )
  return open ?? []
}

function isOpen({ state, attemptedAt }: PendingReset, present = new Date()): boolean {
  const age = present.getTime() - attemptedAt.getTime()
  const mayBeUnderWay = state === 'attempted' || state === 'writing'
  return state !== 'applied' && (!mayBeUnderWay || age > underWayMs)
}

/** The failure as a question answers it. */
export function queryFailure(failure: StepFailure): QueryFailure {
  return { ok: false, ...explained(failure) }
}
