import { nowOf } from './audit-event-of.ts'
import { checkForceResetConfig, defaultExpirySeconds } from './check-config.ts'
import { checkField, checkOptionalField } from './check-field.ts'
import { checkTarget } from './check-target.ts'
import type { AppliedReset, ForceResetConfig, ForceResetRequest, ForceResetResult, Operator } from './config.ts'
import { anyVersion } from './config.ts'
import type { FailureDetail } from './failure.ts'
import { findTarget, longestToken } from './find-target.ts'
import { generateBytes, leastEntropyBits } from './generate.ts'
import { lendPassword } from './lend-password.ts'
import type { StoreReceipt } from './receipt.ts'
import type { ResetTrail } from './reset-trail.ts'
import { openTrail } from './reset-trail.ts'
import type { StepFailure } from './step-failure.ts'
import { TemporaryPassword } from './temporary-password.ts'
import type { User } from './user.ts'
import { resettableStatuses } from './user.ts'
import type { ReplaceOutcome, ReplacePasswordCommand, SettleOutcome, UserStore } from './user-store.ts'
import { within } from './within.ts'

/** Longest reason and correlation id, in characters. */
const longestReason = 500
const longestCorrelationId = 200
/** How long `revokeSessions` and `onApplied` may take, in milliseconds: the operator is waiting for a password that is already valid. */
const callbackLimitMs = 5_000

/**
 * Resets one user's password: makes a temporary one, replaces the old one with it in a single conditional write, and returns it to be shown once.
 *
 * Expected outcomes are returned: `ok: false` means that nothing was changed, except for `outcome_unknown`, which says that this is not known.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` or `ERR_RULES_UNSATISFIABLE` for a configuration that cannot work.
 * @example
 * const result = await forceReset(config, { operator, userId: '42', version: seen.version, reason: 'INC-4711' })
 * if (result.ok) showOnce(result.temporaryPassword.reveal())
 * else explain(result.code)
 */
export async function forceReset<O extends Operator>(
  config: ForceResetConfig<O>,
  request: ForceResetRequest<O>,
): Promise<ForceResetResult> {
  checkForceResetConfig(config)
  const { operator, signal } = request
  const trail = openTrail(config, request)

  const malformed = checkRequest(request)
  if (malformed) return trail.refuse(malformed)

  const target = await findTarget(config, { action: 'reset', operator, userId: request.userId, reason: request.reason, signal })
  if (!target.ok) return trail.refuse(target.failure, { store: target.store, hidden: target.user })
  const { store, user } = target

  const stale = checkVersion(request, user)
  if (stale) return trail.refuse(stale, target)

  const checked = await checkTarget(config, operator, target, signal)
  if (!checked.ok) return trail.refuse(checked.failure, target)

  const generated = generateBytes(config.format, checked.rules)
  if (!generated.ok) {
    return trail.refuse(
      { code: 'rules_unsatisfiable', detail: { reason: 'rules', bits: generated.bits, leastBits: leastEntropyBits } },
      target,
    )
  }

  const temporaryPassword = new TemporaryPassword(generated.bytes)
  const loan = lendPassword(generated.bytes)
  try {
    const unaudited = await trail.attempted(target)
    if (unaudited) return await trail.refuse({ code: 'audit_unavailable', detail: unaudited }, target)
    if (signal?.aborted) return await trail.refuse({ code: 'aborted' }, target)

    const written = await write(store, {
      resetId: trail.resetId,
      user,
      password: loan.lease,
      eligible: resettableStatuses,
      mustChange: config.requireMustChange !== false,
      expiresAt: expiryOf(config, store),
    })
    if (!written.ok) return await trail.refuse(written.failure, target)

    const ended = await endSessions(config, user, trail, written.receipt)
    const receipt = await trail.applied(target, { ...ended, unreadRules: [...(checked.rules.unread ?? []), ...(ended.unreadRules ?? [])] })
    await announce(config, { resetId: trail.resetId, operator, user, receipt })
    return { ok: true, resetId: trail.resetId, user, temporaryPassword, receipt }
  } finally {
    loan.end()
    if (!trail.wasApplied) temporaryPassword.dispose()
  }
}

function checkRequest<O extends Operator>({ operator, version, reason, correlationId }: ForceResetRequest<O>): StepFailure | undefined {
  return (
    checkField('operator.id', operator?.id, longestToken) ??
    (version === anyVersion ? undefined : checkField('version', version, longestToken)) ??
    checkOptionalField('reason', reason, longestReason) ??
    checkOptionalField('correlationId', correlationId, longestCorrelationId)
  )
}

function checkVersion<O extends Operator>({ version }: ForceResetRequest<O>, user: User): StepFailure | undefined {
  return version === anyVersion || version === user.version ? undefined : { code: 'conflict', detail: { reason: 'stale_version' } }
}

function expiryOf<O extends Operator>(config: ForceResetConfig<O>, store: UserStore): Date | undefined {
  if (config.expiresInSeconds === null || !store.capabilities.expiry) return undefined
  return new Date(nowOf(config).getTime() + (config.expiresInSeconds ?? defaultExpirySeconds) * 1_000)
}

type Written = { readonly ok: true; readonly receipt: StoreReceipt } | { readonly ok: false; readonly failure: StepFailure }

/** The one write. Where its outcome is unknown the store settles it with the identical write, which is why the loan has to outlive both. */
async function write(store: UserStore, command: ReplacePasswordCommand): Promise<Written> {
  const replaced = await replaceIn(store, command).catch((): ReplaceOutcome => ({ outcome: 'unknown' }))
  switch (replaced.outcome) {
    case 'applied':
      return { ok: true, receipt: replaced.receipt }
    case 'refused':
      return { ok: false, failure: { code: replaced.code, detail: replaced.detail } }
    case 'unknown':
      return settle(store, command, replaced)
    default:
      return replaced satisfies never
  }
}

/** Asynchronous, so that a store that throws at once is one that rejects: what it had changed by then is not known either. */
async function replaceIn(store: UserStore, command: ReplacePasswordCommand): Promise<ReplaceOutcome> {
  return store.replacePassword(command)
}

async function settle(
  store: UserStore,
  command: ReplacePasswordCommand,
  unknown: { readonly detail?: FailureDetail | undefined },
): Promise<Written> {
  const settled = await settleIn(store, command).catch(() => undefined)
  if (settled?.outcome === 'applied') return { ok: true, receipt: settled.receipt }
  return {
    ok: false,
    failure: { code: settled?.outcome === 'not_applied' ? 'store_unavailable' : 'outcome_unknown', detail: unknown.detail },
  }
}

async function settleIn(store: UserStore, command: ReplacePasswordCommand): Promise<SettleOutcome | undefined> {
  return store.settle?.(command)
}

/** Ends sessions kept outside the store. That they could not be ended is said in the receipt; the reset stands. */
async function endSessions<O extends Operator>(
  config: ForceResetConfig<O>,
  user: User,
  { resetId }: ResetTrail,
  receipt: StoreReceipt,
): Promise<StoreReceipt> {
  if (config.revokeSessions === undefined) return receipt
  const others = receipt.survives.filter((one) => one !== 'sessions')
  try {
    const revoked = await within(callbackLimitMs, async () => config.revokeSessions?.(user, { resetId }))
    const known = [receipt.sessionsRevoked, revoked].filter((count) => typeof count === 'number')
    return { ...receipt, survives: others, sessionsRevoked: known.length > 0 ? known.reduce((sum, count) => sum + count, 0) : null }
  } catch {
    return { ...receipt, survives: [...others, 'sessions'] }
  }
}

/** Tells the application. Its failure changes nothing, because the reset has happened. */
async function announce<O extends Operator>(config: ForceResetConfig<O>, event: AppliedReset<O>): Promise<void> {
  await within(callbackLimitMs, async () => config.onApplied?.(event)).catch(() => undefined)
}
