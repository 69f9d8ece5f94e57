import { explained } from '../port/explain-failure.ts'
import type { Mark } from '../port/mark.ts'
import type { AppliedReceipt, ResetReceipt } from '../port/receipt.ts'
import type { AuditedOutcome, AuditedRequest, Known } from './audit.ts'
import { writeAudit } from './audit.ts'
import type { ForceResetConfig, Operator, ResetFailure } from './config.ts'
import type { FoundTarget } from './find-target.ts'
import type { StepFailure } from './step-failure.ts'

/** The audit events of one reset, and the results that go with them. */
export interface ResetTrail {
  readonly resetId: string
  /** Why the event could not be stored; the reset must then not go on. */
  attempted(known: Known, mark: Mark): Promise<StepFailure | undefined>
  /**
   * Without a target the operator may not know of the account. The account that the failure names
   * is then audited, and not answered.
   */
  refuse(failure: StepFailure & Known, target?: FoundTarget<Operator>): Promise<ResetFailure>
  applied(known: Known, mark: Mark, receipt: AppliedReceipt): Promise<ResetReceipt>
}

/** Opens the trail of one request. */
export function openTrail<O extends Operator>(
  config: ForceResetConfig<O>,
  request: AuditedRequest,
): ResetTrail {
  const resetId = crypto.randomUUID()
  const write = (known: Known, outcome: AuditedOutcome) =>
    writeAudit(config, { resetId, request, known }, outcome)
  return {
    resetId,
    attempted: (known, mark) => write(known, { type: 'reset.attempted', mark }),
    refuse: async (failure, target) => {
      await write(target ?? failure, { type: refusedType(failure), code: failure.code })
      return { ok: false, resetId, ...explained(failure), user: target?.user }
    },
    applied: async (known, mark, receipt) => {
      // A copy: a sink that changes its event must not change what the operator sees.
      const copy = structuredClone(receipt)
      const unaudited = await write(known, { type: 'reset.applied', mark, receipt: copy })
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
