import type { FailureCode } from './failure.ts'
import type { ResetReceipt } from './receipt.ts'
import type { AccountStatus } from './user.ts'

/**
 * One line of the audit trail. It never holds a password.
 *
 * Text that comes from people or directories has its control, bidirectional and line-separator
 * characters escaped as `\u{…}`.
 */
export interface AuditEvent {
  /**
   * `attempted` is stored before the write; nothing is changed if that fails. `undelivered`:
   * applied, but nobody was shown the password.
   */
  readonly type:
    | 'reset.attempted'
    | 'reset.applied'
    | 'reset.refused'
    | 'reset.unknown'
    | 'reset.undelivered'
    | 'access.denied'
  /** Which question was asked of `authorize`. */
  readonly action: 'list' | 'view' | 'reset'
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string
  /** The same in all events of one reset. */
  readonly resetId: string
  readonly operatorId: string
  readonly store?: string | undefined
  readonly userId?: string | undefined
  readonly username?: string | undefined
  readonly status?: AccountStatus | undefined
  /** Why it was refused, denied or is unknown. */
  readonly code?: FailureCode | undefined
  /** The operator's reason, at most 500 characters. */
  readonly reason?: string | undefined
  readonly correlationId?: string | undefined
  readonly receipt?: Omit<ResetReceipt, 'auditComplete'> | undefined
}
