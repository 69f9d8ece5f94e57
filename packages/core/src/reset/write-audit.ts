import type { FailureDetail } from '../port/failure.ts'
import { timeLimit, within } from '../port/within.ts'
import type { AuditFacts } from './audit-event-of.ts'
import { auditEventOf } from './audit-event-of.ts'
import type { ForceResetConfig, Operator } from './config.ts'

const defaultAuditTimeoutMs = 5_000

/** Stores one event within the time allowed: `undefined`, or why it could not be stored. */
export async function writeAudit<O extends Operator>(
  config: ForceResetConfig<O>,
  facts: AuditFacts,
): Promise<FailureDetail | undefined> {
  const limitMs = config.auditTimeoutMs ?? defaultAuditTimeoutMs
  try {
    await within(limitMs, () => config.audit(auditEventOf(config, facts)))
    return undefined
  } catch (error) {
    return error === timeLimit
      ? { reason: 'audit_timeout', limitMs }
      : { reason: 'callback_failed', callback: 'audit' }
  }
}
