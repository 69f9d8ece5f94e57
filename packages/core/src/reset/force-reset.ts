import { generateBytes, rulesFailure } from '../password/generate.ts'
import { lendPassword } from '../password/lend-password.ts'
import { TemporaryPassword } from '../password/temporary-password.ts'
import { isRefusal } from '../port/explain-failure.ts'
import type { Mark } from '../port/mark.ts'
import { isMark } from '../port/mark.ts'
import type { AppliedReceipt, StoreReceipt } from '../port/receipt.ts'
import { readReceipt } from '../port/receipt.ts'
import type { User } from '../port/user.ts'
import { resettableStatuses } from '../port/user.ts'
import type { FoundUser, PreparedWrite, WriteOrder } from '../port/user-store.ts'
import { orNothing, within } from '../port/within.ts'
import { checkForceResetConfig } from './check-config.ts'
import { checkField, checkOptionalField, longestToken } from './check-field.ts'
import { checkTarget } from './check-target.ts'
import type { ForceResetConfig, ForceResetRequest, ForceResetResult, Operator } from './config.ts'
import { anyVersion } from './config.ts'
import { findTarget } from './find-target.ts'
import { openTrail } from './reset-trail.ts'
import type { StepFailure } from './step-failure.ts'
import { askStore, refusalBy } from './step-failure.ts'

/** Longest reason and correlation id, in characters. */
const longestReason = 500
const longestCorrelationId = 200
/**
 * How long `revokeSessions` and `onApplied` may take, in milliseconds: the operator is waiting for
 * a password that is already valid.
 */
const callbackLimitMs = 5_000

/**
 * Resets one user's password: makes a temporary password, replaces the old one in a single
 * conditional write, and returns the temporary one to be shown once.
 *
 * Expected outcomes are returned. `ok: false` means that nothing was changed; only
 * `outcome_unknown` says that nobody knows.
 *
 * An error of the store, of a rule or of the caller's functions is not thrown. Before the write the
 * error is a refusal with an audit event. After the write the reset stands.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` or `ERR_RULES_UNSATISFIABLE` for a configuration
 *   that cannot work, before anything is attempted.
 * @example
 * const request = { operator, userId: '42', version: seen.version, reason: 'INC-4711' }
 * const result = await forceReset(config, request)
 * if (result.ok) showOnce(result.temporaryPassword.reveal())
 * else explain(result.code)
 */
export async function forceReset<O extends Operator>(
  config: ForceResetConfig<O>,
  request: ForceResetRequest<O>,
): Promise<ForceResetResult> {
  checkForceResetConfig(config)
  const asked: ForceResetRequest<O> = Object(request)
  const { operator, userId, version, reason, correlationId, signal } = asked
  const trail = openTrail(config, asked)
  const { resetId } = trail

  const malformed =
    (version === anyVersion ? undefined : checkField('version', version, longestToken)) ??
    checkOptionalField('reason', reason, longestReason) ??
    checkOptionalField('correlationId', correlationId, longestCorrelationId)
  if (malformed) return trail.refuse(malformed)

  const target = await findTarget(config, { action: 'reset', operator, userId, reason, signal })
  if (!target.ok) return trail.refuse(target.failure, { ...target, hidden: true })
  const { found, user } = target

  if (version !== anyVersion && version !== user.version) {
    return trail.refuse({ code: 'conflict', detail: { reason: 'stale_version' } }, target)
  }

  const checked = await checkTarget(config, operator, target, signal)
  if (!checked.ok) return trail.refuse(checked.failure, target)

  const generated = generateBytes(config.format, checked.rules)
  if (typeof generated === 'number') return trail.refuse(rulesFailure(generated), target)

  const temporaryPassword = new TemporaryPassword(generated)
  const { lease, end } = lendPassword(generated)
  let applied = false
  try {
    const order: WriteOrder = {
      resetId,
      password: lease,
      eligible: resettableStatuses,
      purpose: 'reset',
      mustChange: config.requireMustChange !== false,
      expiresAt: checked.expiresAt,
    }
    const prepared = await prepare(found, order, signal)
    if (!prepared.ok) return await trail.refuse(prepared.failure, target)

    const unaudited = await trail.attempted(target, prepared.mark)
    if (unaudited) {
      return await trail.refuse({ code: 'audit_unavailable', detail: unaudited }, target)
    }
    if (signal?.aborted) return await trail.refuse({ code: 'aborted' }, target)

    const written = await write(prepared)
    if (!written.ok) return await trail.refuse(written.failure, target)

    applied = true
    const done = await endSessions(config, user, resetId, readReceipt(written.receipt, checked))
    const receipt = await trail.applied(target, written.mark, done)
    // A failure changes nothing: the reset has happened.
    await orNothing(() =>
      within(callbackLimitMs, () =>
        config.onApplied?.({ resetId, operator, user, receipt: { ...receipt } }),
      ),
    )
    return { ok: true, resetId, user, temporaryPassword, receipt }
  } finally {
    end()
    if (!applied) temporaryPassword.dispose()
  }
}

type Prepared =
  | ({ readonly ok: true } & Pick<PreparedWrite, 'mark' | 'write'>)
  | { readonly ok: false; readonly failure: StepFailure }

/** Makes the write ready. Nothing has been changed yet, so every failure here is a refusal. */
async function prepare(
  found: FoundUser,
  order: WriteOrder,
  signal: AbortSignal | undefined,
): Promise<Prepared> {
  const asked = await askStore(async () => {
    const prepared = await found.prepare(order)
    if (prepared.outcome === 'refused') return refusalBy(prepared)
    const { mark } = prepared
    // A write that nobody could find again is not begun.
    if (!isMark(mark)) throw new TypeError('a prepared write must have a mark')
    return { mark, write: () => prepared.write() }
  }, signal)
  if (!asked.ok) return asked
  if ('code' in asked.answer) return { ok: false, failure: asked.answer }
  return { ok: true, ...asked.answer }
}

type Written =
  | { readonly ok: true; readonly receipt: StoreReceipt; readonly mark: Mark }
  | { readonly ok: false; readonly failure: StepFailure }

/**
 * The one write. The store settles an unknown outcome with the identical write, so the lease has to
 * outlive both.
 *
 * A store that throws, or answers anything but an outcome, leaves the outcome unknown.
 */
async function write(prepared: Pick<PreparedWrite, 'mark' | 'write'>): Promise<Written> {
  const written = await orNothing(prepared.write)
  if (written?.outcome === 'refused' && isRefusal(written.code))
    return { ok: false, failure: written }
  const settled =
    written?.outcome === 'unknown' ? await orNothing(() => written.settle?.()) : written
  if (settled?.outcome === 'applied') {
    const { receipt, mark } = settled
    return { ok: true, receipt, mark: isMark(mark) ? mark : prepared.mark }
  }
  const code = settled?.outcome === 'not_applied' ? 'store_unavailable' : 'outcome_unknown'
  const detail = written?.outcome === 'unknown' ? written.detail : undefined
  return { ok: false, failure: { code, detail } }
}

/**
 * Ends sessions kept outside the store. That they could not be ended is said in the receipt; the
 * reset stands.
 */
async function endSessions<O extends Operator>(
  config: ForceResetConfig<O>,
  user: User,
  resetId: string,
  receipt: AppliedReceipt,
): Promise<AppliedReceipt> {
  if (config.revokeSessions === undefined) return receipt
  const others = receipt.survives.filter((one) => one !== 'sessions')
  try {
    const revoked = await within(callbackLimitMs, () => config.revokeSessions?.(user, { resetId }))
    const { sessionsRevoked } = receipt
    return {
      ...receipt,
      survives: others,
      sessionsRevoked:
        typeof revoked === 'number' ? revoked + (sessionsRevoked ?? 0) : sessionsRevoked,
    }
  } catch {
    return { ...receipt, survives: [...others, 'sessions'] }
  }
}
