import { explained } from '../port/explain-failure.ts'
import type { Mark } from '../port/mark.ts'
import type { PendingReset, PendingResets } from '../port/pending-resets.ts'
import type { AppliedReceipt, ResetReceipt } from '../port/receipt.ts'
import { within } from '../port/within.ts'
import type { AuditedOutcome, AuditedRequest, Known } from './audit.ts'
import { recordLimitMs, timeBy, writeAudit } from './audit.ts'
import type { ForceResetConfig, Operator, ResetFailure } from './config.ts'
import type { FoundTarget } from './find-target.ts'
import { scopeOf } from './find-target.ts'
import { heardLater } from './heard.ts'
import type { StepFailure } from './step-failure.ts'
import { callbackFailed } from './step-failure.ts'

/** The audit events of one reset, its pending row, and the results that go with them. */
export interface ResetTrail {
  readonly resetId: string
  /** Why the attempt could not be stored; the reset must then not go on. */
  attempted(target: FoundTarget<Operator>, mark: Mark): Promise<StepFailure | undefined>
  /**
   * Without a target the operator may not know of the account. The account that the failure names
   * is then audited, and not answered.
   */
  refuse(failure: StepFailure & Known, target?: FoundTarget<Operator>): Promise<ResetFailure>
  applied(target: FoundTarget<Operator>, mark: Mark, receipt: AppliedReceipt): Promise<ResetReceipt>
}

/** Most open resets of an account that one reset closes. */
const mostOvertaken = 20

/** Opens the trail of one request. */
export function openTrail<O extends Operator>(
  config: ForceResetConfig<O>,
  request: AuditedRequest & { readonly operator: O },
): ResetTrail {
  const resetId = crypto.randomUUID()
  let row: PendingReset | undefined
  const write = (known: Known, outcome: AuditedOutcome) =>
    writeAudit(config, { resetId, request, known }, outcome)
  return {
    resetId,
    attempted: async (target, mark) => {
      if (config.pending) {
        const opened = await openRow(config, { resetId, operator: request.operator, target, mark })
        if ('code' in opened) return opened
        row = opened
      }
      return write(target, { type: 'reset.attempted', mark })
    },
    refuse: async (failure, target) => {
      const { code } = failure
      await write(target ?? failure, { type: refusedType(failure), code })
      if (row)
        await keep(config, (pending) =>
          code === 'outcome_unknown' ? pending.unknown(resetId) : pending.close(resetId),
        )
      return { ok: false, resetId, ...explained(failure), user: target?.user }
    },
    applied: async (target, mark, receipt) => {
      // A copy: a sink that changes its event must not change what the operator sees.
      const copy = structuredClone(receipt)
      const unaudited = await write(target, { type: 'reset.applied', mark, receipt: copy })
      const isClosed = row === undefined || (await closeRows(config, row, target))
      return { ...receipt, auditComplete: unaudited === undefined && isClosed }
    },
  }
}

function refusedType({
  code,
  denied,
}: StepFailure): 'access.denied' | 'reset.unknown' | 'reset.refused' {
  if (denied) return 'access.denied'
  return code === 'outcome_unknown' ? 'reset.unknown' : 'reset.refused'
}

/** Stores the reset where a process that dies leaves the reset behind. Answers why not. */
async function openRow<O extends Operator>(
  config: ForceResetConfig<O>,
  reset: {
    readonly resetId: string
    readonly operator: O
    readonly target: FoundTarget<Operator>
    readonly mark: Mark
  },
): Promise<PendingReset | StepFailure> {
  const { resetId, operator, target, mark } = reset
  const scope = await scopeOf(config, operator)
  if (scope === undefined) return callbackFailed('audit_unavailable', 'scope')
  const attemptedAt = timeBy(config)
  if (!attemptedAt) return callbackFailed('audit_unavailable', 'now')
  const row: PendingReset = {
    resetId,
    store: target.store.name,
    scope,
    userId: target.user.id,
    operatorId: operator.id,
    attemptedAt,
    mark,
    state: 'attempted',
    expiresAt: null,
  }
  const isOpen = await keep(config, (pending) => pending.open(row))
  return isOpen ? row : callbackFailed('audit_unavailable', 'pending')
}

/**
 * Closes the row of a reset that happened, and the rows of this account whose outcome was unknown:
 * this reset has overtaken them. Answers whether the row of the reset is closed.
 */
async function closeRows<O extends Operator>(
  config: ForceResetConfig<O>,
  { resetId, userId, store, scope }: PendingReset,
  known: Known,
): Promise<boolean> {
  const close = () => keep(config, (pending) => pending.close(resetId))
  // Once more: a row that stays would be taken for a reset whose password nobody was shown.
  const isClosed = (await close()) || (await close())
  await keep(config, async (pending) => {
    const { resets } = await pending.list({ userId, limit: mostOvertaken })
    for (const one of resets)
      if (one.state === 'unknown' && one.store === store && one.scope === scope)
        await closeReset(config, one, known, { type: 'reset.overtaken', mark: one.mark })
  })
  return isClosed
}

/**
 * Stores the event that closes a reset whose outcome was not known, and forgets the reset. Answers
 * whether the event was stored.
 */
export async function closeReset<O extends Operator>(
  config: ForceResetConfig<O>,
  { resetId, operatorId, userId }: PendingReset,
  known: Known,
  outcome: AuditedOutcome,
): Promise<boolean> {
  const request = { action: 'reset', operator: { id: operatorId }, userId } as const
  const unaudited = await writeAudit(config, { resetId, request, known }, outcome)
  if (unaudited) return false
  await keep(config, (pending) => pending.close(resetId))
  return true
}

/** Does something with the pending resets within the time allowed. Answers whether it worked. */
export async function keep<O extends Operator>(
  config: ForceResetConfig<O>,
  work: (pending: PendingResets) => Promise<unknown>,
): Promise<boolean> {
  const { pending } = config
  const done = await heardLater(config, 'pending', () =>
    within(recordLimitMs(config), async () => {
      if (pending) await work(pending)
      return true
    }),
  )
  return done === true
}
