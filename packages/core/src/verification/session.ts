import { keysOf } from '../port/secret.ts'
import type { AuditedOutcome, AuditedRequest } from '../reset/audit.ts'
import { timeBy, writeAudit } from '../reset/audit.ts'
import { checkConfig } from '../reset/check-config.ts'
import { checkEligible } from '../reset/check-eligible.ts'
import type { ForceResetConfig, IdentityTarget, Operator } from '../reset/config.ts'
import { lookUp, scopeOf, withoutTiming } from '../reset/find-target.ts'
import type { PreviewRequest } from '../reset/preview-reset.ts'
import type { StepFailure } from '../reset/step-failure.ts'
import { callbackFailed } from '../reset/step-failure.ts'
import type { QueryFailure } from '../reset/view-user.ts'
import { queryFailure } from '../reset/view-user.ts'
import { askApplication } from './parts/ask-application.ts'
import type { Keys } from './parts/keys.ts'
import type { Settings, VerificationAlert } from './parts/options.ts'
import { settingsOf } from './parts/options.ts'
import type { Place, Remembered } from './parts/remembered.ts'
import { rememberedIn, remembering } from './parts/remembered.ts'
import { notIdentified } from './parts/words.ts'

/** The configuration of verification, ready for one question. */
export interface Parts<O extends Operator> {
  readonly config: ForceResetConfig<O>
  readonly settings: Settings<O>
  readonly keys: Keys
  readonly memory: Remembered
}

/**
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a configuration that cannot work, or that has
 *   no verification.
 */
export function partsOf<O extends Operator>(config: ForceResetConfig<O>): Parts<O> {
  checkConfig(config)
  const settings = settingsOf(config)
  const keys = keysOf(config.secret)
  return { config, settings, keys, memory: rememberedIn(settings.memory, keys, config) }
}

/** One operator who identifies the caller of one account. */
export interface Session<O extends Operator> extends Parts<O> {
  readonly ok: true
  readonly target: IdentityTarget<O>
  /** The tenant; empty where the configuration has one store. */
  readonly scope: string
  readonly now: Date
}

/** The account in the memory, the tenant and the store included. */
export function accountOf<O extends Operator>({
  scope,
  target,
}: Pick<Session<O>, 'scope' | 'target'>): readonly [scope: string, store: string, userId: string] {
  return [scope, target.store.name, target.user.id]
}

/** The tenant and the present, or why verification cannot go on. */
export async function sessionOf<O extends Operator>(
  config: ForceResetConfig<O>,
  target: IdentityTarget<O>,
): Promise<Session<O> | StepFailure> {
  const parts = partsOf(config)
  const scope = await scopeOf(config, target.operator)
  if (scope === undefined) return callbackFailed('verification_required', 'scope')
  const now = timeBy(config)
  if (!now) return callbackFailed('verification_required', 'now')
  return { ok: true, ...parts, target, scope, now }
}

/**
 * Answers a question of an operator. The account is found and authorized as for a reset, and has to
 * be one that may be reset. A denied operator gets the same answer as for a missing account.
 */
export async function forOperator<O extends Operator, T extends { readonly ok: true }>(
  config: ForceResetConfig<O>,
  request: PreviewRequest<O>,
  work: (session: Session<O>) => Promise<T | StepFailure>,
): Promise<T | QueryFailure> {
  settingsOf(config)
  return withoutTiming(async () => {
    const target = await lookUp(config, { ...request, action: 'reset' })
    if (!target.ok) return queryFailure(target)
    const answer = await remembering(async () => {
      const ineligible = checkEligible(config, target.operator, target.user, target.found)
      if (ineligible) return ineligible
      const session = await sessionOf(config, target)
      return session.ok ? work(session) : session
    })
    return answer.ok ? answer : queryFailure(answer)
  })
}

/** Stores one event of a verification. Answers why not, or `undefined`. */
export function record<O extends Operator>(
  { config, target }: Pick<Session<O>, 'config' | 'target'>,
  request: Pick<AuditedRequest, 'reason' | 'correlationId' | 'source'>,
  verificationId: string,
  outcome: AuditedOutcome,
): Promise<StepFailure | undefined> {
  const { reason, correlationId, source } = request
  const { operator, user } = target
  const asked = {
    action: 'reset',
    operator,
    userId: user.id,
    reason,
    correlationId,
    source,
  } as const
  return writeAudit(config, { resetId: verificationId, request: asked, known: target }, outcome)
}

/** Tells the application of something that somebody has to look at. */
export async function alert<O extends Operator>(
  { config, settings }: Pick<Parts<O>, 'config' | 'settings'>,
  told: VerificationAlert,
): Promise<void> {
  await askApplication(config, 'on_alert', async () => settings.onAlert?.(told))
}

/** How long a denial closes the verification of an account, in seconds. */
const closedSeconds = 3_600
const daySeconds = 86_400

/** Closes the verification of an account: the person said that it was not them. */
export async function close({ memory }: Pick<Parts<Operator>, 'memory'>, account: Place) {
  await memory.count(['closed', ...account], closedSeconds)
}

/** The failure of an account that a denial has closed. */
export async function closedFailure<O extends Operator>(
  session: Pick<Session<O>, 'memory' | 'scope' | 'target'>,
): Promise<StepFailure | undefined> {
  const { count, endsInSeconds } = await session.memory.counted(['closed', ...accountOf(session)])
  return count === 0 ? undefined : notIdentified('closed', { seconds: Math.ceil(endsInSeconds) })
}

/** Where the memory counts what happened to an account lately, and for how long. */
export const lately = {
  seconds: daySeconds,
  resets: (account: Place): Place => ['resets', ...account],
  notIdentified: (account: Place): Place => ['not identified', ...account],
  suspicious: (account: Place): Place => ['suspicious', ...account],
  last: (account: Place): Place => ['last not identified', ...account],
}
