import type { OptionRule } from '../port/check-options.ts'
import { aFunction, checkOptions, optional, wholeNumber } from '../port/check-options.ts'
import { ForceResetError } from '../port/errors.ts'
import type { PendingFilter, PendingReset } from '../port/pending-resets.ts'
import type { UserStore } from '../port/user-store.ts'
import { recordLimitMs, timeBy } from '../reset/audit.ts'
import { capabilitiesOf, checkConfig } from '../reset/check-config.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import { heardLater } from '../reset/heard.ts'
import { keep } from '../reset/reset-trail.ts'
import type { Closing } from './close-one.ts'
import { closeOne } from './close-one.ts'

/** Resets that are looked at together. */
const batchSize = 20
/** Batches of one call at most: 10,000 resets. */
const mostBatches = 500
/** How long one caller holds a reset, in seconds: the longest `lookAgainAfterMs`, and a minute. */
const leaseSeconds = 120
/** Default of `diedAfterSeconds`. */
const defaultDiedAfterSeconds = 300
/**
 * A reset waits so often for `audit` and `pending` between its row and its end, and has time left
 * for its write.
 */
const mostRecords = 6
/** Default of `lookAgainAfterMs`. */
const defaultLookAgainAfterMs = 5_000

/** How {@link reconcile} looks for resets without a known outcome. */
export interface ReconcileOptions {
  /** Only resets of this account. Default: of all accounts. */
  readonly userId?: string | undefined
  /**
   * The store of a pending reset, by its `store` and `scope`; `undefined` where the reset is not
   * for this process. Required where `store` of the configuration is a function. Default: that
   * store, for the resets with its name and of no tenant.
   */
  storeOf?(reset: PendingReset): UserStore | undefined | Promise<UserStore | undefined>
  /**
   * Seconds after which a reset that has not ended counts as that of a dead process: 60 to 86,400,
   * default 300. No reset takes that long. At least six times `auditTimeoutMs` are waited.
   */
  readonly diedAfterSeconds?: number | undefined
  /**
   * Milliseconds between the two looks that "not applied" needs: 0 to 60,000, default 5,000. A
   * server that was stopped works off a late write meanwhile.
   */
  readonly lookAgainAfterMs?: number | undefined
}

/** A pending reset, and what was found out. */
export interface ReconciledReset {
  readonly resetId: string
  readonly userId: string
  /** The operator who had asked for the reset. */
  readonly operatorId: string
  readonly attemptedAt: Date
  readonly closing: Closing
}

export const optionRules = {
  userId: optional({ wanted: 'text', fits: (id) => typeof id === 'string' }),
  storeOf: optional(aFunction),
  diedAfterSeconds: optional(wholeNumber(60, 86_400)),
  lookAgainAfterMs: optional(wholeNumber(0, 60_000)),
} satisfies Readonly<Record<keyof ReconcileOptions, OptionRule>>

/**
 * Finds out what became of resets whose process died, or whose outcome nobody knew. Call this
 * function when a process starts, and when an operator asks again.
 *
 * A temporary password that is in place and that nobody was shown is ended at once. Each reset that
 * is closed leaves one event. A reset that stays open is found again by the next call.
 *
 * @returns The resets that were looked at, oldest first. None where the configuration has no
 *   `pending`. None where `pending` fails, and then `onError` is told.
 * @throws {ForceResetError} `ERR_INVALID_CONFIG`.
 * @example
 * for (const { resetId, closing } of await reconcile(config)) log(`${resetId}: ${closing.closing}`)
 */
export async function reconcile<O extends Operator>(
  config: ForceResetConfig<O>,
  options: ReconcileOptions = {},
): Promise<readonly ReconciledReset[]> {
  checkConfig(config)
  checkOptions(options, optionRules)
  const { store } = config
  const { userId } = options
  if (options.storeOf) return reconcileAll(config, options, { userId })
  if (typeof store === 'function')
    throw new ForceResetError(
      'ERR_INVALID_CONFIG',
      'storeOf is missing, and store is a function; give a function that answers the store of a ' +
        'pending reset',
    )
  const only = { store: store.name, scope: '', userId }
  return reconcileAll(config, { ...options, storeOf: () => store }, only)
}

/** The same for the resets that have the values of `only`. Other callers are left the rest. */
export async function reconcileAll<O extends Operator>(
  config: ForceResetConfig<O>,
  options: ReconcileOptions,
  only: PendingFilter,
): Promise<readonly ReconciledReset[]> {
  const { lookAgainAfterMs = defaultLookAgainAfterMs } = options
  const found: ReconciledReset[] = []
  const held = new Set<string>()
  for (let batch = 0; batch < mostBatches; batch += 1) {
    const claimed = await claim(config, options, only)
    const fresh = claimed.filter(({ resetId }) => !held.has(resetId))
    for (const { resetId } of fresh) held.add(resetId)
    const looked = await Promise.all(
      fresh.map(async (reset) => {
        const store = await storeFor(config, options, reset)
        if (!store) return []
        // A row or a store without types may hold anything: the others are looked at all the same.
        const closing = (await heardLater(config, 'pending', () =>
          closeOne({ config, store, reset, lookAgainAfterMs }),
        )) ?? { closing: 'still_open', why: 'unclear' }
        if (closing === 'under_way') return []
        const { resetId, userId, operatorId, attemptedAt } = reset
        return [{ resetId, userId, operatorId, attemptedAt, closing }]
      }),
    )
    found.push(...looked.flat())
    // Not `fresh`: those held for longer than their lease are handed out again, before others.
    if (claimed.length < batchSize) break
  }
  // Not before the end: resets that stay open must not be handed out again in place of others.
  await keep(config, async (pending) => {
    for (const resetId of held) await pending.release(resetId)
  })
  return found
}

async function claim<O extends Operator>(
  config: ForceResetConfig<O>,
  { diedAfterSeconds = defaultDiedAfterSeconds }: ReconcileOptions,
  only: PendingFilter,
): Promise<readonly PendingReset[]> {
  const diedAfterMs = Math.max(diedAfterSeconds * 1_000, mostRecords * recordLimitMs(config))
  const [now, olderThan] = [timeBy(config), timeBy(config, -diedAfterMs)]
  if (!now || !olderThan) return []
  const wanted = { ...only, now, olderThan, leaseSeconds, limit: batchSize }
  const claimed = await keep(config, async (pending) =>
    (await pending.claim(wanted)).filter(({ resetId }) => typeof resetId === 'string'),
  )
  return claimed ?? []
}

async function storeFor<O extends Operator>(
  config: ForceResetConfig<O>,
  options: ReconcileOptions,
  reset: PendingReset,
): Promise<UserStore | undefined> {
  // Somebody was shown that password, so nothing here is true of the reset.
  if (reset.state === 'applied') return undefined
  return heardLater(config, 'store', async () => {
    const chosen = await options.storeOf?.(reset)
    if (chosen === undefined || capabilitiesOf(chosen)) return chosen
    throw new ForceResetError('ERR_INVALID_CONFIG', 'storeOf must answer a UserStore, or undefined')
  })
}
