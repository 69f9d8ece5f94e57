import { explained } from '../port/explain-failure.ts'
import type { FailureDetail } from '../port/failure.ts'
import type { AppliedReceipt, ResetReceipt } from '../port/receipt.ts'
import type { AuditFacts, Known } from './audit-event-of.ts'
import type { ForceResetConfig, ForceResetRequest, Operator, ResetFailure } from './config.ts'
import type { StepFailure } from './step-failure.ts'
import { writeAudit } from './write-audit.ts'

/** The audit events of one reset, and the results that go with them. */
export interface ResetTrail {
  readonly resetId: string
  /** Why the event could not be stored; the reset must then not go on. */
  attempted(known: Known): Promise<FailureDetail | undefined>
  /** `hidden`: the operator may not know of the account. It is audited, and not answered. */
  refuse(failure: StepFailure, known?: Known & { readonly hidden?: boolean }): Promise<ResetFailure>
  applied(known: Known, receipt: AppliedReceipt): Promise<ResetReceipt>
}

/** Opens the trail of one request.  */
export function openTrail<O extends Operator>(
  config: ForceResetConfig<O>,
  request: ForceResetRequest<O>,
): ResetTrail {
  const resetId = crypto.randomUUID()
  const write = (
    type: AuditFacts['type'],
    known: Known,
    rest?: Pick<AuditFacts, 'code' | 'receipt'>,
  ) => writeAudit(config, { type, action: 'reset', resetId, request, known, ...rest })
  return {
    resetId,
    attempted: (known) => write('reset.attempted', known),
    refuse: async (failure, known = {}) => {
      const { code } = failure
      await write(
        failure.denied
          ? 'access.denied'
          : code === 'outcome_unknown'
            ? 'reset.unknown'
            : 'reset.refused',
        known,
        { code },
      )
      return {
        ok: false,
        resetId,
        ...explained(failure),
        user: known.hidden ? undefined : known.user,
      }
    },
    applied: async (known, receipt) => {
      // A copy: a sink that changes its event must not change what the operator sees.
      const unaudited = await write('reset.applied', known, { receipt: { ...receipt } })
      return { ...receipt, auditComplete: unaudited === undefined }
    },
  }
}
