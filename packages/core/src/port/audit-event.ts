import type { FailureCode } from './failure.ts'
import type { Mark } from './mark.ts'
import type { ResetReceipt } from './receipt.ts'
import type { AccountStatus } from './user.ts'
import type {
  Identification,
  NotIdentified,
  SeenDocument,
  VerificationKey,
  VerificationStanding,
} from './verification.ts'

/** Something that an operator may do, and that `authorize` is asked about. */
export type Action = 'list' | 'view' | 'reset'

/** Where a request came from, as the host application knows it. */
export interface RequestSource {
  /** Network address of the client, such as `192.0.2.7`. */
  readonly address?: string | undefined
  /** The client's own name for itself, which is a claim. */
  readonly userAgent?: string | undefined
  /** Joins the event with the log of the server or proxy. */
  readonly requestId?: string | undefined
  /** The fields that the client itself may have made up. Absent: nobody said. */
  readonly claims?: readonly ClaimedField[] | undefined
}

/** A field of an event that a client can claim. */
export type ClaimedField = 'userAgent' | 'requestId' | 'correlationId'

/** A receipt as an audit event holds it. */
export type AuditedReceipt = Omit<ResetReceipt, 'auditComplete'>

/**
 * The fields of every event of the audit trail.
 *
 * Text that comes from people or directories has control, bidirectional and line-separator
 * characters escaped as `\u{…}`. Such text ends after 1,024 characters, and in `source` after 256.
 * No event holds a password.
 */
export interface AuditFields {
  /**
   * Number of this format. A new type, code, survivor or key comes with a minor version: readers
   * take unknown ones.
   */
  readonly schema: 1
  /** Different for each event. */
  readonly eventId: string
  /** UTC, ISO 8601 with milliseconds. */
  readonly at: string
  readonly action: Action
  /**
   * The same in all events of one reset. The events of one verification share an id of their own,
   * which `identified` of the reset names as `verificationId`.
   */
  readonly resetId: string
  readonly operatorId: string
  readonly source?: RequestSource | undefined
  readonly store?: string | undefined
  readonly userId?: string | undefined
  readonly username?: string | undefined
  readonly status?: AccountStatus | undefined
  /** The operator's reason, at most 500 characters. */
  readonly reason?: string | undefined
  readonly correlationId?: string | undefined
  /** How the caller of a reset was identified, where the configuration asks for that. */
  readonly identified?: Identification | undefined
}

/** Stored before the write. Where this event cannot be stored, nothing is changed. */
export interface AttemptedEvent extends AuditFields {
  readonly type: 'reset.attempted'
  /** Names the write, so that another process can find out what became of the write. */
  readonly mark: Mark
}

/** The password was replaced. */
export interface AppliedEvent extends AuditFields {
  readonly type: 'reset.applied'
  readonly mark: Mark
  readonly receipt: AuditedReceipt
}

/** The reset was refused, and nothing was changed. */
export interface RefusedEvent extends AuditFields {
  readonly type: 'reset.refused'
  readonly code: FailureCode
  /** Of `verification_required`: the exact reason, such as a proof that was used before. */
  readonly why?: VerificationKey | undefined
}

/** The write may have happened. */
export interface UnknownEvent extends AuditFields {
  readonly type: 'reset.unknown'
  readonly code: FailureCode
}

/**
 * Found out later, about a reset without a known outcome: the password was replaced, and nobody was
 * shown the new one. The operator is the one who had asked for the reset.
 */
export interface AppliedUnusedEvent extends AuditFields {
  readonly type: 'reset.applied_unused'
  readonly mark: Mark
  /** Whether a password that nobody knows was set in place of the temporary one. */
  readonly ended: boolean
}

/** Found out later: the password was not replaced, and cannot be replaced any more. */
export interface NotAppliedEvent extends AuditFields {
  readonly type: 'reset.not_applied'
  readonly mark: Mark
}

/** Found out later: another password has been set since, or the account is gone. */
export interface OvertakenEvent extends AuditFields {
  readonly type: 'reset.overtaken'
  readonly mark: Mark
}

/** The password was replaced, and nobody was shown the new one. */
export interface UndeliveredEvent extends AuditFields {
  readonly type: 'reset.undelivered'
}

/** `authorize` said no, or there is no such account: both look the same from outside. */
export interface DeniedEvent extends AuditFields {
  readonly type: 'access.denied'
  readonly code: FailureCode
}

/** A rate limit stopped a request: one event for each window of the limit, whatever follows. */
export interface LimitedEvent extends AuditFields {
  readonly type: 'access.limited'
  /** Whose limit: of the operator, or of the account. */
  readonly per: 'operator' | 'target'
  /** Requests, or resets of the account, within the window. */
  readonly limit: number
  readonly windowSeconds: number
}

/** So many events of an operator were left out, because there were too many within a minute. */
export interface OmittedEvent extends AuditFields {
  readonly type: 'access.omitted'
  readonly count: number
}

/** The fields of an event of verification. No event holds a code, an answer or a full number. */
export interface VerificationFields extends AuditFields {
  /** Name of the method, such as `call_back`. Absent where none was chosen. */
  readonly method?: string | undefined
  /** The number or address, masked: `Mobile …123`. */
  readonly destination?: string | undefined
  /** Who vouches, or who saw the person. */
  readonly secondPersonId?: string | undefined
}

/** An operator began to identify a caller. Stored before a number is shown. */
export interface VerificationStartedEvent extends VerificationFields {
  readonly type: 'verification.started'
}

/** A code or a question was handed over for delivery. */
export interface VerificationSentEvent extends VerificationFields {
  readonly type: 'verification.sent'
}

/** Somebody vouched. `operatorId` is the operator who had asked. Stored before a code is shown. */
export interface VerificationVouchedEvent extends VerificationFields {
  readonly type: 'verification.vouched'
}

/** The caller was identified. */
export interface VerificationPassedEvent extends VerificationFields {
  readonly type: 'verification.passed'
  readonly standing: VerificationStanding
  readonly document?: SeenDocument | undefined
}

/** The caller could not be identified, as the operator says, or as a check found. */
export interface VerificationFailedEvent extends VerificationFields {
  readonly type: 'verification.failed'
  readonly why: Exclude<NotIdentified, 'somebody_else'> | VerificationKey
}

/** The person said that it was not them. Verification of the account is closed for an hour. */
export interface VerificationDeniedEvent extends VerificationFields {
  readonly type: 'verification.denied'
}

/** The operator thought that the caller was somebody else. */
export interface VerificationSuspiciousEvent extends VerificationFields {
  readonly type: 'verification.suspicious'
}

/** An operator reset without identification. Stored before the reset is attempted. */
export interface VerificationOverriddenEvent extends AuditFields {
  readonly type: 'verification.overridden'
}

/** One line of the audit trail. A table of words over `AuditEvent['type']` has to be complete. */
export type AuditEvent =
  | AttemptedEvent
  | AppliedEvent
  | RefusedEvent
  | UnknownEvent
  | AppliedUnusedEvent
  | NotAppliedEvent
  | OvertakenEvent
  | UndeliveredEvent
  | DeniedEvent
  | LimitedEvent
  | OmittedEvent
  | VerificationStartedEvent
  | VerificationSentEvent
  | VerificationVouchedEvent
  | VerificationPassedEvent
  | VerificationFailedEvent
  | VerificationDeniedEvent
  | VerificationSuspiciousEvent
  | VerificationOverriddenEvent
