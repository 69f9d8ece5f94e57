import type { AuditEvent } from './audit-event.ts'
import type { AuditFacts } from './audit-event-of.ts'
import { auditEventOf } from './audit-event-of.ts'
import type { ForceResetConfig, ForceResetRequest, Operator, ResetFailure } from './config.ts'
import { explainFailure } from './explain-failure.ts'
import type { FailureDetail } from './failure.ts'
import type { ResetReceipt, StoreReceipt } from './receipt.ts'
import type { StepFailure } from './step-failure.ts'
import type { User } from './user.ts'
import type { UserStore } from './user-store.ts'
import { writeAudit } from './write-audit.ts'

/** What a step knows of its target. `hidden` is an account that the operator may not know of: it is audited, and not answered. */
interface Known {
  readonly store?: UserStore | undefined
  readonly user?: User | undefined
  readonly hidden?: User | undefined
}

/** The audit events of one reset, and the results that go with them. */
export interface ResetTrail {
  readonly resetId: string
  /** Whether {@link applied} was called. */
  readonly wasApplied: boolean
  /** Why the event could not be stored; the reset must then not go on. */
  attempted(known: Known): Promise<FailureDetail | undefined>
  refuse(failure: StepFailure, known?: Known): Promise<ResetFailure>
  applied(known: Known, receipt: StoreReceipt): Promise<ResetReceipt>
}

/** Opens the trail of one request.  */
export function openTrail<O extends Operator>(config: ForceResetConfig<O>, request: ForceResetRequest<O>): ResetTrail {
  const resetId = crypto.randomUUID()
  let wasApplied = false
  const event = (type: AuditEvent['type'], known: Known, rest: Pick<AuditFacts, 'code' | 'receipt'> = {}): AuditEvent => {
    const { operator, userId, reason, correlationId } = request
    const user = known.user ?? known.hidden
    return auditEventOf(config, {
      type,
      action: 'reset',
      resetId,
      operator,
      userId,
      user,
      store: known.store,
      reason,
      correlationId,
      ...rest,
    })
  }
  return {
    resetId,
    get wasApplied() {
      return wasApplied
    },
    attempted: (known) => writeAudit(config, event('reset.attempted', known)),
    refuse: async ({ code, detail, denied }, known = {}) => {
      const type = denied ? 'access.denied' : code === 'outcome_unknown' ? 'reset.unknown' : 'reset.refused'
      await writeAudit(config, event(type, known, { code }))
      return { ok: false, resetId, code, detail, message: explainFailure(code, detail), user: known.user }
    },
    applied: async (known, done) => {
      wasApplied = true
      const receipt = receiptOf(done)
      const unaudited = await writeAudit(config, event('reset.applied', known, { receipt }))
      return { ...receipt, auditComplete: unaudited === undefined }
    },
  }
}

function receiptOf(done: StoreReceipt): Omit<ResetReceipt, 'auditComplete'> {
  return {
    mustChange: done.mustChange,
    expiresAt: done.expiresAt,
    unlocked: done.unlocked,
    sessionsRevoked: done.sessionsRevoked,
    endpoint: done.endpoint,
    survives: [...done.survives],
    unreadRules: [...(done.unreadRules ?? [])],
  }
}
