import type {
  Action,
  AuditEvent,
  AuditFields,
  ClaimedField,
  LimitedEvent,
  RequestSource,
} from '../port/audit-event.ts'
import { safeError } from '../port/safe-error.ts'
import type { User } from '../port/user.ts'
import type { UserStore } from '../port/user-store.ts'
import type { Identification } from '../port/verification.ts'
import { DeadlineError, within } from '../port/within.ts'
import { boundedText } from '../text/visible-text.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import { heard, tell } from './heard.ts'
import type { StepFailure } from './step-failure.ts'
import { callbackFailed, failed } from './step-failure.ts'

/** Longest text in an event, in characters, escapes included: nobody can flood the trail. */
const longestText = 1_024
/** Longest text about where a request came from, in characters. */
const longestSource = 256
/** Latest time of a clock, in milliseconds. A `Date` holds more, for the end of a password. */
const latestTime = 8e15

/** The parts of a request that go into events. */
export interface AuditedRequest {
  readonly action: Action
  readonly operator: Operator
  readonly userId?: string | undefined
  readonly reason?: string | undefined
  readonly correlationId?: string | undefined
  readonly source?: RequestSource | undefined
}

/** The store and the account, as far as a step knows them. */
export interface Known {
  readonly store?: Pick<UserStore, 'name'> | undefined
  readonly user?: Partial<Pick<User, 'username' | 'status'>> | undefined
}

/** Everything that goes into an event, whatever the type of the event. */
export interface AuditFacts {
  readonly resetId: string
  readonly request: AuditedRequest
  readonly known: Known
  /** How the caller was identified, once that is known. */
  readonly identified?: Identification | undefined
}

/** The type of an event, with the fields that only this type has. */
export type AuditedOutcome = OwnFields<AuditEvent>
type OwnFields<E> = E extends AuditEvent ? Omit<E, keyof AuditFields> : never

/** Stores one event within the time allowed. Answers why not, or `undefined`. */
export async function writeAudit<O extends Operator>(
  config: ForceResetConfig<O>,
  facts: AuditFacts,
  outcome: AuditedOutcome,
): Promise<StepFailure | undefined> {
  const limitMs = recordLimitMs(config)
  try {
    await within(limitMs, () => config.audit({ ...fieldsOf(config, facts), ...outcome }))
    return undefined
  } catch (error) {
    tell(config, 'audit', safeError(error))
    return error instanceof DeadlineError
      ? failed('audit_unavailable', { reason: 'audit_timeout', limitMs })
      : callbackFailed('audit_unavailable', 'audit')
  }
}

/** How long one call of `audit` or of `pending` may take, in milliseconds. */
export function recordLimitMs<O extends Operator>({ auditTimeoutMs = 5_000 }: ForceResetConfig<O>) {
  return auditTimeoutMs
}

/**
 * Field by field, from escaped text. Nothing else gets in, even where a request holds more at run
 * time.
 */
function fieldsOf<O extends Operator>(
  config: ForceResetConfig<O>,
  { resetId, request, known, identified }: AuditFacts,
): AuditFields {
  const { source } = request
  return {
    schema: 1,
    eventId: crypto.randomUUID(),
    // A clock that fails must not keep a reset out of the trail.
    at: (timeBy(config) ?? new Date()).toISOString(),
    action: request.action,
    resetId,
    operatorId: escaped(request.operator?.id) ?? '',
    source: source && {
      address: escaped(source.address, longestSource),
      userAgent: escaped(source.userAgent, longestSource),
      requestId: escaped(source.requestId, longestSource),
      claims: source.claims && claimable.filter((field) => source.claims?.includes(field)),
    },
    store: known.store?.name,
    userId: escaped(request.userId),
    username: escaped(known.user?.username),
    status: known.user?.status,
    reason: escaped(request.reason),
    correlationId: escaped(request.correlationId),
    // A copy: a sink that changes its event must not change the next one.
    identified: identified && structuredClone(identified),
  }
}

/**
 * The present by the configured clock, or so many milliseconds later; `undefined` where that clock
 * fails.
 */
export function timeBy<O extends Operator>(
  config: ForceResetConfig<O>,
  laterMs = 0,
): Date | undefined {
  const now = heard(config, 'now', () => config.now?.() ?? Date.now(), isTime)
  return now === undefined ? undefined : new Date(now + laterMs)
}

function isTime(value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) <= latestTime
}

const claimable: readonly ClaimedField[] = ['userAgent', 'requestId', 'correlationId']

/**
 * Text of a person as it is stored: visible, and cut. `undefined` for what is no text.
 *
 * @param longest - Most characters. Default 1,024.
 */
export function escaped(text: unknown, longest = longestText): string | undefined {
  return typeof text === 'string' ? boundedText(text, longest) : undefined
}

/**
 * Records an operator who was denied, and every question for an account that does not exist. Both
 * cost one event, so that no time and no failure tells the two apart from outside. The answer is a
 * refusal, even where the event cannot be stored.
 */
export async function auditDenial<O extends Operator>(
  config: ForceResetConfig<O>,
  request: AuditedRequest,
  failure: StepFailure & Known,
): Promise<void> {
  const { code, denied } = failure
  if (denied !== true && code !== 'user_not_found') return
  const facts = { resetId: crypto.randomUUID(), request, known: failure }
  await writeAudit(config, facts, { type: 'access.denied', code })
}

/**
 * Records that a rate limit stopped a request. Call the function once for each window of the limit;
 * `@force-reset/http` does.
 *
 * @returns Whether the event was stored.
 * @example
 * const limit = { per: 'operator', limit: 30, windowSeconds: 600 } as const
 * await auditLimited(config, { action: 'reset', operator, userId: '42' }, limit)
 */
export async function auditLimited<O extends Operator>(
  config: ForceResetConfig<O>,
  request: AuditedRequest,
  { per, limit, windowSeconds }: Pick<LimitedEvent, 'per' | 'limit' | 'windowSeconds'>,
): Promise<boolean> {
  const facts = { resetId: crypto.randomUUID(), request, known: {} }
  const outcome = { type: 'access.limited', per, limit, windowSeconds } as const
  return (await writeAudit(config, facts, outcome)) === undefined
}

/**
 * Records that a temporary password reached nobody. The old password is gone, so the account has to
 * be reset again.
 *
 * The code that shows the password calls this function; `@force-reset/http` does.
 *
 * @returns Whether the event was stored.
 * @example
 * await auditUndelivered(config, { resetId: success.resetId, operator, user: success.user })
 */
export async function auditUndelivered<O extends Operator>(
  config: ForceResetConfig<O>,
  reset: {
    readonly resetId: string
    readonly operator: O
    readonly user: User
    readonly correlationId?: string | undefined
    readonly source?: RequestSource | undefined
  },
): Promise<boolean> {
  const { resetId, operator, user, correlationId, source } = reset
  const request = { action: 'reset', operator, userId: user.id, correlationId, source } as const
  const facts = { resetId, request, known: { user } }
  return (await writeAudit(config, facts, { type: 'reset.undelivered' })) === undefined
}
