import { explained } from '../port/explain-failure.ts'
import type { Mark } from '../port/mark.ts'
import type { PendingReset, PendingResets, PendingState } from '../port/pending-resets.ts'
import type { AppliedReceipt, ResetReceipt } from '../port/receipt.ts'
import type { Identification } from '../port/verification.ts'
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
  /** Says how the caller was identified. All later events tell. */
  identified(identification: Identification | undefined): void
  /** Why the attempt could not be stored; the reset must then not go on. */
  attempted(target: FoundTarget<Operator>, mark: Mark): Promise<StepFailure | undefined>
  /**
   * Without a target the operator may not know of the account. The account that the failure names
   * is then audited, and not answered.
   */
  refuse(failure: StepFailure & Known, target?: FoundTarget<Operator>): Promise<ResetFailure>
  /** `undefined` where the password must not be shown: the outcome then counts as unknown. */
  applied(
    target: FoundTarget<Operator>,
    mark: Mark,
    receipt: AppliedReceipt,
  ): Promise<ResetReceipt | undefined>
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
  let earlier: readonly PendingReset[] = []
  let identified: Identification | undefined
  const write = (known: Known, outcome: AuditedOutcome) =>
    writeAudit(config, { resetId, request, known, identified }, outcome)
  return {
    resetId,
    identified: (identification) => {
      identified = identification
    },
    attempted: async (target, mark) => {
      if (identified?.by.length === 0) {
        const unrecorded = await write(target, { type: 'verification.overridden' })
        if (unrecorded) return unrecorded
      }
      if (config.pending) {
        const opened = await openRow(config, { resetId, operator: request.operator, target, mark })
        if ('code' in opened) return opened
        row = opened.row
        earlier = opened.earlier
      }
      const unaudited = await write(target, { type: 'reset.attempted', mark })
      if (unaudited || !row) return unaudited
      // A process that stood still since then may have been taken for dead.
      if (!(await changeState(config, row, 'writing')))
        return callbackFailed('audit_unavailable', 'pending')
      row = { ...row, state: 'writing' }
      return undefined
    },
    refuse: async (failure, target) => {
      const { code, detail } = failure
      const why = detail?.reason === 'verification' ? detail.key : undefined
      const type = refusedType(failure)
      await write(
        target ?? failure,
        type === 'reset.refused' ? { type, code, why } : { type, code },
      )
      if (row && code === 'outcome_unknown') await leaveUnknown(config, row)
      else if (row) await forget(config, row)
      return { ok: false, resetId, ...explained(failure), user: target?.user }
    },
    applied: async (target, mark, receipt) => {
      // A copy: a sink that changes its event must not change what the operator sees.
      const copy = structuredClone(receipt)
      const unaudited = await write(target, { type: 'reset.applied', mark, receipt: copy })
      if (row) {
        // A row that stays would be taken for that of a password that nobody was shown.
        const isForgotten = (await forget(config, row)) ?? (await forget(config, row))
        if (!isForgotten) return undefined
        await closeOvertaken(config, earlier, target)
      }
      return { ...receipt, auditComplete: unaudited === undefined }
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

/** A reset that is stored, and the resets of its account that had an unknown outcome before it. */
interface OpenedRow {
  readonly row: PendingReset
  readonly earlier: readonly PendingReset[]
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
): Promise<OpenedRow | StepFailure> {
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
    throwaway: null,
  }
  const earlier = await unknownBefore(config, row)
  const isOpen = await keep(config, async (pending) => {
    await pending.open(row)
    return true
  })
  return isOpen ? { row, earlier } : callbackFailed('audit_unavailable', 'pending')
}

/** The reset ended without a known outcome: `reconcile` has to find the row. */
async function leaveUnknown<O extends Operator>(
  config: ForceResetConfig<O>,
  row: PendingReset,
): Promise<void> {
  if (await changeState(config, row, 'unknown')) return
  // Another process took this one for dead, or the answer was lost. The write can have come since.
  await keep(config, (pending) => pending.open({ ...row, state: 'unknown' }))
}

/**
 * The resets of this account whose outcome is unknown. They are listed before the write: a reset
 * that comes after that write has not been overtaken by it.
 */
async function unknownBefore<O extends Operator>(
  config: ForceResetConfig<O>,
  { userId, store, scope }: PendingReset,
): Promise<readonly PendingReset[]> {
  const limit = mostOvertaken
  const unknown = await keep(config, async (pending) => {
    const { resets } = await pending.list({ userId, store, scope, limit })
    return resets.filter(({ state }) => state === 'unknown')
  })
  return unknown ?? []
}

/** Closes the resets of this account whose outcome was unknown: a later one has overtaken them. */
async function closeOvertaken<O extends Operator>(
  config: ForceResetConfig<O>,
  earlier: readonly PendingReset[],
  known: Known,
): Promise<void> {
  for (const one of earlier)
    if (await changeState(config, one, 'overtaken')) {
      const event = { type: 'reset.overtaken', mark: one.mark } as const
      await closeReset(config, { ...one, state: 'overtaken' }, known, event)
    }
}

/**
 * Stores the event that closes a reset whose outcome was not known, and forgets the reset. Answers
 * whether both worked.
 */
export async function closeReset<O extends Operator>(
  config: ForceResetConfig<O>,
  row: PendingReset,
  known: Known,
  outcome: AuditedOutcome,
): Promise<boolean> {
  const { resetId, operatorId, userId } = row
  const request = { action: 'reset', operator: { id: operatorId }, userId } as const
  const unaudited = await writeAudit(config, { resetId, request, known }, outcome)
  return unaudited === undefined && (await forget(config, row)) === true
}

/** Answers whether this call was the one that changed the state; `undefined` where it failed. */
export function changeState<O extends Operator>(
  config: ForceResetConfig<O>,
  { resetId, state }: PendingReset,
  to: PendingState,
  throwaway?: Mark,
): Promise<boolean | undefined> {
  const change = { state: to, ...(throwaway && { throwaway }) }
  return keep(config, (pending) => pending.change(resetId, state, change))
}

/** Answers whether this call was the one that forgot the reset; `undefined` where it failed. */
function forget<O extends Operator>(
  config: ForceResetConfig<O>,
  { resetId, state }: PendingReset,
): Promise<boolean | undefined> {
  return keep(config, (pending) => pending.close(resetId, state))
}

/** The answer of the pending resets within the time allowed; `undefined` where they fail. */
export function keep<O extends Operator, T>(
  config: ForceResetConfig<O>,
  ask: (pending: PendingResets) => Promise<T>,
): Promise<T | undefined> {
  return heardLater(config, 'pending', () =>
    within(recordLimitMs(config), async () => config.pending && ask(config.pending)),
  )
}
