import { leasePassword } from '../password/lease-password.ts'
import { TemporaryPassword } from '../password/temporary-password.ts'
import { isRefusal } from '../port/explain-failure.ts'
import type { Mark } from '../port/mark.ts'
import { isMark } from '../port/mark.ts'
import type { AppliedReceipt } from '../port/receipt.ts'
import { readReceipt } from '../port/receipt.ts'
import { safeError } from '../port/safe-error.ts'
import { isLabel } from '../port/secret.ts'
import type { User } from '../port/user.ts'
import { resettableStatuses } from '../port/user.ts'
import type { FoundUser, PreparedWrite, WriteOrder } from '../port/user-store.ts'
import { within } from '../port/within.ts'
import { escaped } from './audit.ts'
import { checkConfig } from './check-config.ts'
import { checkRequest } from './check-request.ts'
import type { CheckedTarget } from './check-target.ts'
import { checkTarget, identify } from './check-target.ts'
import type {
  ForceResetConfig,
  ForceResetRequest,
  ForceResetResult,
  IdentifiedCaller,
  IdentityClaims,
  Operator,
  SpentProofs,
} from './config.ts'
import { anyVersion } from './config.ts'
import type { FoundTarget } from './find-target.ts'
import { findTarget, withoutTiming } from './find-target.ts'
import { heardLater, tell } from './heard.ts'
import { openTrail } from './reset-trail.ts'
import type { StepFailure } from './step-failure.ts'
import { askStore, failed, refusalBy, tellFailure } from './step-failure.ts'

/**
 * How long `revokeSessions` and `onApplied` may take, in milliseconds: the operator is waiting for
 * a password that is already valid.
 */
const callbackLimitMs = 5_000

/**
 * Resets one user's password. Makes a temporary password, replaces the old one in a single
 * conditional write, and returns the temporary password to be shown once.
 *
 * Expected outcomes are returned. `ok: false` means that nothing was changed, except for
 * `outcome_unknown`: nobody knows whether that reset happened.
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
  checkConfig(config)
  return withoutTiming(() => resetOne(config, request))
}

/** The whole flow of a reset, from the request to the result. */
async function resetOne<O extends Operator>(
  config: ForceResetConfig<O>,
  request: ForceResetRequest<O>,
): Promise<ForceResetResult> {
  const asked: ForceResetRequest<O> = Object(request)
  const { operator, userId, version, reason, correlationId, source, signal } = asked
  const question = {
    action: 'reset',
    operator,
    userId,
    reason,
    correlationId,
    source,
    signal,
  } as const
  const trail = openTrail(config, question)
  const { resetId } = trail

  const malformed = checkRequest(config, { version, reason, correlationId })
  if (malformed) return trail.refuse(malformed)

  const target = await findTarget(config, question)
  if (!target.ok) return trail.refuse(target)
  const { found, user } = target

  const claims = { proofs: asked.proofs, override: asked.override === true, reason }
  const moved = version === anyVersion ? undefined : await versionFailure(config, target, version)
  if (moved) return trail.refuse(await movedSince(config, target, claims, moved), target)

  const checked = await checkTarget(config, target, claims)
  if (!checked.ok) return trail.refuse(checked, target)
  const { caller } = checked
  trail.identified(caller?.identified)

  const temporaryPassword = new TemporaryPassword(checked.password)
  const { lease, end } = leasePassword(checked.password)
  let shown = false
  try {
    const order: WriteOrder = {
      resetId,
      operatorId: escaped(operator?.id),
      reason: escaped(reason),
      correlationId: escaped(correlationId),
      password: lease,
      eligible: resettableStatuses,
      purpose: 'reset',
      mustChange: checked.mustChange,
      expiresAt: checked.expiresAt,
    }
    const prepared = await prepare(config, found, order, signal)
    if (!prepared.ok) return await trail.refuse(prepared, target)

    const unaudited = await trail.attempted(target, prepared.mark)
    if (unaudited) return await trail.refuse(unaudited, target)
    if (signal?.aborted) return await trail.refuse(failed('aborted'), target)

    // Spent before the write: one proof is one reset on every store.
    const spent = await spend(config, caller, prepared.mark)
    if (spent?.ok === false) return await trail.refuse(spent, target)
    const written = await write(config, prepared, checked)
    await spent?.ended(endingOf(written), written.ok ? written.mark : prepared.mark)
    if (!written.ok) return await trail.refuse(written, target)

    const done = await endSessions(config, user, resetId, written.receipt)
    const receipt = await trail.applied(target, written.mark, done)
    if (!receipt) return await trail.refuse(failed('outcome_unknown'), target)
    shown = true
    // A failure changes nothing: the reset has happened.
    await heardLater(config, 'on_applied', () =>
      within(callbackLimitMs, () =>
        // Copies: a function that changes them must not change what the operator sees.
        config.onApplied?.({
          resetId,
          operator,
          user: { ...user },
          receipt: structuredClone(receipt),
        }),
      ),
    )
    return { ok: true, resetId, user, temporaryPassword, receipt, identified: caller?.identified }
  } finally {
    end()
    if (!shown) temporaryPassword.dispose()
  }
}

/** Why the account is not the one that the operator saw. Anything but a clear "present" refuses. */
async function versionFailure<O extends Operator>(
  config: ForceResetConfig<O>,
  { found, user, signal }: FoundTarget<O>,
  version: string,
): Promise<StepFailure | undefined> {
  const asked = await askStore(config, { during: 'check', signal }, async () => {
    // A store without types may answer a promise.
    const standing = await found.versionStanding?.(version)
    const isSeen = standing ? standing.seen === 'present' : version === user.version
    if (isSeen) return { ok: true as const }
    return standing?.seen === 'foreign' && isLabel(standing.keyLabel)
      ? failed('conflict', { reason: 'foreign_version', keyLabel: standing.keyLabel })
      : failed('conflict', { reason: 'stale_version' })
  })
  return asked.ok ? undefined : asked
}

/** Where the caller was identified before the account changed: that, and not a conflict. */
async function movedSince<O extends Operator>(
  config: ForceResetConfig<O>,
  target: FoundTarget<O>,
  claims: IdentityClaims,
  moved: StepFailure,
): Promise<StepFailure> {
  if (moved.detail?.reason !== 'stale_version' || claims.override) return moved
  const judged = await identify(config, target, claims)
  if (judged?.ok !== false || judged.detail?.reason !== 'verification') return moved
  return judged.detail.key === 'account_changed' ? judged : moved
}

/** Spends the proofs of the caller. Anything but a clear answer refuses. */
async function spend<O extends Operator>(
  config: ForceResetConfig<O>,
  caller: IdentifiedCaller | undefined,
  mark: Mark,
): Promise<SpentProofs | StepFailure | undefined> {
  if (!caller) return undefined
  const spent = await heardLater(config, 'verification', async () => {
    const answer = await caller.spend(mark)
    if (answer.ok !== true) return failed('verification_required', answer.detail)
    const ended: SpentProofs['ended'] = async (outcome, written) => {
      // Whatever fails here, the write has happened.
      await heardLater(config, 'verification', () => answer.ended(outcome, written))
    }
    return { ok: true as const, ended }
  })
  return spent ?? failed('verification_required')
}

function endingOf(written: Applied | StepFailure): 'applied' | 'refused' | 'unknown' {
  if (written.ok) return 'applied'
  return written.code === 'outcome_unknown' ? 'unknown' : 'refused'
}

interface Prepared {
  readonly ok: true
  readonly mark: Mark
  readonly write: PreparedWrite['write']
}

/** Makes the write ready. Nothing has been changed yet, so every failure here is a refusal. */
function prepare<O extends Operator>(
  config: ForceResetConfig<O>,
  found: FoundUser,
  order: WriteOrder,
  signal: AbortSignal | undefined,
): Promise<Prepared | StepFailure> {
  return askStore(config, { during: 'prepare', signal }, async () => {
    const prepared = await found.prepare(order)
    if (prepared.outcome !== 'prepared') return refusalBy(prepared)
    const { mark } = prepared
    // A write that nobody could find again is not begun.
    if (!isMark(mark)) return failed('store_unavailable')
    return { ok: true, mark, write: prepared.write.bind(prepared) }
  })
}

/** A write that happened. */
interface Applied {
  readonly ok: true
  readonly receipt: AppliedReceipt
  readonly mark: Mark
}

/**
 * The one write. A store that throws, or whose answer cannot be read, leaves the outcome unknown.
 */
async function write<O extends Operator>(
  config: ForceResetConfig<O>,
  prepared: Prepared,
  checked: CheckedTarget,
): Promise<Applied | StepFailure> {
  const written = await heardLater(config, 'write', () => writeAndSettle(config, prepared, checked))
  return written ?? failed('outcome_unknown')
}

/**
 * The store settles an unknown outcome with the identical write, so the lease has to outlive both.
 * Anything but an outcome leaves the outcome unknown.
 */
async function writeAndSettle<O extends Operator>(
  config: ForceResetConfig<O>,
  prepared: Prepared,
  checked: CheckedTarget,
): Promise<Applied | StepFailure> {
  const written = await prepared.write()
  if (written.outcome === 'refused' && isRefusal(written.code)) {
    tellFailure(config, 'write', written)
    return refusalBy(written)
  }
  const unknown = written.outcome === 'unknown' ? written : undefined
  if (unknown) tellFailure(config, 'write', { code: 'outcome_unknown', detail: unknown.detail })
  const settled = unknown ? await heardLater(config, 'settle', () => unknown.settle?.()) : written
  if (settled?.outcome === 'applied') {
    const mark = isMark(settled.mark) ? settled.mark : prepared.mark
    return { ok: true, receipt: readReceipt(settled.receipt, checked), mark }
  }
  const code = settled?.outcome === 'not_applied' ? 'store_unavailable' : 'outcome_unknown'
  return failed(code, unknown?.detail)
}

/**
 * Ends sessions kept outside the store. Where that fails, the receipt names sessions as survivors,
 * and the reset stands.
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
    const ended = { ...receipt, survives: others }
    return typeof revoked === 'number'
      ? { ...ended, sessionsRevoked: revoked + (receipt.sessionsRevoked ?? 0) }
      : ended
  } catch (error) {
    tell(config, 'revoke_sessions', safeError(error))
    return { ...receipt, survives: [...others, 'sessions'] }
  }
}
