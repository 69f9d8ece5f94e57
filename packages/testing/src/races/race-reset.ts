import {
  type AuditEvent,
  type ForceResetConfig,
  type FoundUser,
  forceReset,
  type Operator,
  operatorsAreNoUsers,
  resettableStatuses,
  type StoreRefusal,
  type UserStore,
  type WriteOutcome,
} from '@force-reset/core'
import type { Happening, Seen } from './race-model.ts'

/** One request to reset an account. */
export interface RaceRequest {
  /** Different for each request of a race. */
  readonly name: string
  readonly operatorId: string
  readonly userId: string
  readonly version: string
  /** The events that the audit trail cannot store. */
  readonly deafTo: 'nothing' | 'attempted' | 'outcome'
}

/** One step of a reset, with its answer. */
export type ResetStep =
  | { readonly step: 'find'; readonly seen: Seen | null }
  /** `done`, or the code of the refusal. */
  | {
      readonly step: 'check' | 'prepare' | 'write'
      readonly outcome: string
      readonly mark?: string | undefined
    }
  | AuditStep

interface AuditStep {
  readonly step: 'audit'
  readonly type: AuditEvent['type']
  readonly stored: boolean
  readonly resetId: string
  readonly operatorId: string
  readonly userId: string | undefined
  readonly mark?: string | undefined
  readonly code?: string | undefined
}

/** A request with everything that came of it. */
export interface ResetRecord {
  readonly request: RaceRequest
  readonly steps: readonly ResetStep[]
  readonly result: {
    /** `applied`, or the code of the failure. */
    readonly outcome: string
    readonly resetId: string
    readonly auditComplete?: boolean | undefined
    readonly password?: string | undefined
  }
}

/** Where a reset stops before each step until its turn has come, and tells what came of a step. */
export interface Stage {
  enter(what: string): Promise<void>
  tell(happening: Happening): void
}

/** Looks an account up, as an operator does before a reset. */
export async function lookAt(
  store: UserStore,
  { by, userId }: { readonly by: string; readonly userId: string },
  stage: Stage,
): Promise<string | undefined> {
  await stage.enter(`${by} looks`)
  const seen = seenOf(await store.find(userId))
  stage.tell({ kind: 'look', by, seen })
  return seen?.version
}

/** One whole reset through core, which stops before each step. */
export async function resetInTurns(
  store: UserStore,
  request: RaceRequest,
  stage: Stage,
): Promise<ResetRecord> {
  const { name, operatorId, userId, version, deafTo } = request
  const steps: ResetStep[] = []
  const config: ForceResetConfig<Operator> = {
    store: watched(store, name, stage, (step) => void steps.push(step)),
    authorize: () => true,
    isSelf: operatorsAreNoUsers,
    requireMustChange: store.capabilities.mustChange !== 'off',
    audit: async (event) => {
      await stage.enter(`${name} audits ${event.type}`)
      const isDeaf = (event.type === 'reset.attempted' ? 'attempted' : 'outcome') === deafTo
      steps.push(auditStep(event, !isDeaf))
      if (isDeaf) throw new Error('The audit trail is full.')
    },
  }
  const result = await forceReset(config, { operator: { id: operatorId }, userId, version })
  const { resetId } = result
  return {
    request,
    steps,
    result: result.ok
      ? {
          outcome: 'applied',
          resetId,
          auditComplete: result.receipt.auditComplete,
          password: result.temporaryPassword.reveal(),
        }
      : { outcome: result.code, resetId },
  }
}

function seenOf(found: FoundUser | undefined): Seen | null {
  if (found === undefined) return null
  const { status, privileged, version } = found.user
  return { eligible: resettableStatuses.includes(status), privileged, version }
}

function auditStep(event: AuditEvent, stored: boolean): AuditStep {
  const { type, resetId, operatorId, userId } = event
  return {
    step: 'audit',
    type,
    stored,
    resetId,
    operatorId,
    userId,
    mark: 'mark' in event ? event.mark : undefined,
    code: 'code' in event ? event.code : undefined,
  }
}

/** The store, whose every question stops until its turn has come. */
function watched(
  store: UserStore,
  by: string,
  stage: Stage,
  note: (step: ResetStep) => void,
): UserStore {
  /** A refusal before the write is judged like a write that was refused. */
  const refused = (step: 'check' | 'prepare' | 'write', { code }: StoreRefusal): void => {
    note({ step, outcome: code })
    stage.tell({ kind: 'write', by, outcome: code })
  }
  const write = async (original: () => Promise<WriteOutcome>): Promise<WriteOutcome> => {
    await stage.enter(`${by} writes`)
    const written = await original()
    if (written.outcome === 'refused') refused('write', written)
    else {
      const done = written.outcome === 'applied' ? 'done' : written.outcome
      note({ step: 'write', outcome: done, mark: 'mark' in written ? written.mark : undefined })
      stage.tell({ kind: 'write', by, outcome: written.outcome })
    }
    return written
  }
  return {
    ...store,
    find: async (id, asking) => {
      await stage.enter(`${by} finds`)
      const found = await store.find(id, asking)
      const seen = seenOf(found)
      note({ step: 'find', seen })
      stage.tell({ kind: 'look', by, seen })
      return (
        found && {
          ...found,
          check: async (options) => {
            await stage.enter(`${by} checks`)
            const checked = await found.check(options)
            if (checked.outcome === 'refused') refused('check', checked)
            else note({ step: 'check', outcome: 'done' })
            return checked
          },
          prepare: async (order) => {
            await stage.enter(`${by} prepares`)
            const prepared = await found.prepare(order)
            if (prepared.outcome === 'refused') {
              refused('prepare', prepared)
              return prepared
            }
            note({ step: 'prepare', outcome: 'done', mark: prepared.mark })
            return { ...prepared, write: () => write(() => prepared.write()) }
          },
        }
      )
    },
  }
}
