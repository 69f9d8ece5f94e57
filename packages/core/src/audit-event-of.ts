import type { AuditEvent } from './audit-event.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import type { User } from './user.ts'
import type { UserStore } from './user-store.ts'
import { visibleText } from './visible-text.ts'

/** Longest text that goes into an event, in characters: a refused request cannot flood the trail. */
const longestText = 1_024

/** What an audit event tells. */
export interface AuditFacts {
  readonly type: AuditEvent['type']
  readonly action: AuditEvent['action']
  readonly resetId: string
  readonly operator: Operator
  readonly userId?: string | undefined
  readonly user?: User | undefined
  readonly store?: UserStore | undefined
  readonly code?: AuditEvent['code']
  readonly reason?: string | undefined
  readonly correlationId?: string | undefined
  readonly receipt?: AuditEvent['receipt']
}

/** Builds an event field by field, from escaped text; whatever a request holds at run time, nothing else gets in. */
export function auditEventOf<O extends Operator>(config: ForceResetConfig<O>, facts: AuditFacts): AuditEvent {
  return {
    type: facts.type,
    action: facts.action,
    at: nowOf(config).toISOString(),
    resetId: facts.resetId,
    operatorId: escaped(facts.operator?.id) ?? '',
    store: facts.store?.name,
    userId: escaped(facts.userId),
    username: escaped(facts.user?.username),
    status: facts.user?.status,
    code: facts.code,
    reason: escaped(facts.reason),
    correlationId: escaped(facts.correlationId),
    receipt: facts.receipt,
  }
}

/** The present, by the configured clock. */
export function nowOf<O extends Operator>(config: ForceResetConfig<O>): Date {
  return new Date(config.now?.() ?? Date.now())
}

function escaped(text: unknown): string | undefined {
  return typeof text === 'string' ? visibleText(text.slice(0, longestText)) : undefined
}
