import type { AuditEvent } from '../port/audit-event.ts'
import type { User } from '../port/user.ts'
import type { UserStore } from '../port/user-store.ts'
import { visibleText } from '../port/visible-text.ts'
import type { ForceResetConfig, Operator } from './config.ts'

/**
 * Longest text that goes into an event, in characters: a refused request cannot flood the trail.
 */
const longestText = 1_024

/** What an event takes from the request. */
interface AuditedRequest {
  readonly operator: Operator
  readonly userId?: string | undefined
  readonly reason?: string | undefined
  readonly correlationId?: string | undefined
}

/** What a step knows of its target. */
export interface Known {
  readonly store?: UserStore | undefined
  readonly user?: User | undefined
}

/** What an audit event tells. */
export interface AuditFacts {
  readonly type: AuditEvent['type']
  readonly action: AuditEvent['action']
  readonly resetId: string
  readonly request: AuditedRequest
  readonly known: Known
  readonly code?: AuditEvent['code']
  readonly receipt?: AuditEvent['receipt']
}

/**
 * Builds an event field by field, from escaped text; whatever a request holds at run time, nothing
 * else gets in.
 */
export function auditEventOf<O extends Operator>(
  config: ForceResetConfig<O>,
  { type, action, resetId, request, known, code, receipt }: AuditFacts,
): AuditEvent {
  return {
    type,
    action,
    // A clock that fails must not keep an event out of the trail.
    at: (timeBy(config) ?? new Date()).toISOString(),
    resetId,
    operatorId: escaped(request.operator?.id) ?? '',
    store: known.store?.name,
    userId: escaped(request.userId),
    username: escaped(known.user?.username),
    status: known.user?.status,
    code,
    reason: escaped(request.reason),
    correlationId: escaped(request.correlationId),
    receipt,
  }
}

/** The time of the configured clock, plus `laterMs`; `undefined` where that clock fails. */
export function timeBy<O extends Operator>(
  config: ForceResetConfig<O>,
  laterMs = 0,
): Date | undefined {
  try {
    const time = new Date((config.now?.() ?? Date.now()) + laterMs)
    return Number.isFinite(time.getTime()) ? time : undefined
  } catch {
    return undefined
  }
}

function escaped(text: unknown): string | undefined {
  return typeof text === 'string' ? visibleText(text.slice(0, longestText)) : undefined
}
