import { generateBytes } from '../password/generate.ts'
import { leasePassword } from '../password/lease-password.ts'
import { nameTokens } from '../password/name-tokens.ts'
import type { Mark, Standing } from '../port/mark.ts'
import type { PendingReset, SettledState } from '../port/pending-resets.ts'
import type { AccountStatus, User } from '../port/user.ts'
import type { FoundUser, UserStore, WriteOutcome } from '../port/user-store.ts'
import type { AuditedOutcome } from '../reset/audit.ts'
import { timeBy } from '../reset/audit.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import { heardLater } from '../reset/heard.ts'
import { changeState, closeReset } from '../reset/reset-trail.ts'
import { askStore, tellFailure } from '../reset/step-failure.ts'

/** What was found out about a reset without a known outcome. */
export type Closing =
  /**
   * The password was replaced, and nobody was shown the new one. `ended`: a password that nobody
   * knows is in its place. Where a store knows no conditional write, the temporary one stays.
   */
  | { readonly closing: 'applied_unused'; readonly ended: boolean }
  /** The password was not replaced, and that write cannot arrive any more. */
  | { readonly closing: 'not_applied' }
  /** Another password has been set since, or the account is gone. */
  | { readonly closing: 'overtaken' }
  /** The outcome is still not known, or could not be recorded. The next call looks again. */
  | { readonly closing: 'still_open'; readonly why: StillOpen }

/** Why a reset stays open. */
export type StillOpen =
  /** The store cannot be asked. */
  | 'unreachable'
  /** So far the password has not been replaced. A late write can still arrive. */
  | 'not_yet'
  /** The store cannot tell its own write from another one. */
  | 'unclear'
  /** The password was replaced. Nobody was shown it, and the store could not end it just now. */
  | 'not_ended'
  /** What is known could not be stored: the event, or the row. */
  | 'unrecorded'

/** What one call found out; `under_way` where another process is at work on the reset. */
type Found = Closing | 'under_way'

/** One reset without a known outcome. */
interface OpenReset<O extends Operator> {
  readonly config: ForceResetConfig<O>
  readonly store: UserStore
  readonly reset: PendingReset
  readonly lookAgainAfterMs: number
}

/** A throwaway takes the place of a password of these accounts: it enables nothing. */
const anyKnownStatus: readonly AccountStatus[] = ['active', 'pending', 'suspended', 'deleted']

/** Finds out what became of one reset, ends a password that nobody was shown, and closes. */
export async function closeOne<O extends Operator>(open: OpenReset<O>): Promise<Found> {
  const { config, reset } = open
  if (reset.state !== 'writing') return closeTaken(open)
  // Before the look: a process that was only standing still shows no password from here on.
  return (await changeState(config, reset, 'unknown'))
    ? closeTaken({ ...open, reset: { ...reset, state: 'unknown' } })
    : 'under_way'
}

async function closeTaken<O extends Operator>(open: OpenReset<O>): Promise<Found> {
  const { state } = open.reset
  const found = await look(open)
  const user = found === 'unreachable' ? undefined : found?.user
  switch (state) {
    case 'attempted':
      // The write begins only where the reset is in this state, so none begins any more.
      return settle(open, 'not_applied', user)
    case 'not_applied':
    case 'overtaken':
    case 'ended':
    case 'left':
      return record(open, state, user)
    case 'unknown':
    case 'ending':
      return found === 'unreachable' ? stillOpen(found) : judged(open, found)
    case 'writing':
    case 'applied':
      return 'under_way'
    default:
      return state satisfies never
  }
}

/** Notes what was found out, and records that. Of several callers at once, one gets this far. */
async function settle<O extends Operator>(
  open: OpenReset<O>,
  settled: SettledState,
  user: User | undefined,
): Promise<Found> {
  const isNoted = await changeState(open.config, open.reset, settled)
  if (isNoted) return record({ ...open, reset: { ...open.reset, state: settled } }, settled, user)
  return isNoted === false ? 'under_way' : stillOpen('unrecorded')
}

/** Stores the event of what was found out, and forgets the reset. */
async function record<O extends Operator>(
  { config, store, reset }: OpenReset<O>,
  settled: SettledState,
  user: User | undefined,
): Promise<Found> {
  const isClosed = await closeReset(config, reset, { store, user }, eventOf(settled, reset))
  return isClosed ? closingOf[settled] : stillOpen('unrecorded')
}

const closingOf: Readonly<Record<SettledState, Closing>> = {
  not_applied: { closing: 'not_applied' },
  overtaken: { closing: 'overtaken' },
  ended: { closing: 'applied_unused', ended: true },
  left: { closing: 'applied_unused', ended: false },
}

function stillOpen(why: StillOpen): Closing {
  return { closing: 'still_open', why }
}

function eventOf(settled: SettledState, { mark }: PendingReset): AuditedOutcome {
  return settled === 'ended' || settled === 'left'
    ? { type: 'reset.applied_unused', mark, ended: settled === 'ended' }
    : { type: `reset.${settled}`, mark }
}

/** The account as one look sees it; `undefined` for an account that is gone. */
async function look<O extends Operator>({
  config,
  store,
  reset: { userId },
}: OpenReset<O>): Promise<FoundUser | undefined | 'unreachable'> {
  const looked = await askStore(config, { during: 'find', signal: undefined }, async () => {
    const found = await store.find(userId)
    return { ok: true as const, found: found?.user.id === userId ? found : undefined }
  })
  return looked.ok ? looked.found : 'unreachable'
}

async function judged<O extends Operator>(
  open: OpenReset<O>,
  found: FoundUser | undefined,
  isSecondLook = false,
): Promise<Found> {
  if (!found) return settle(open, 'overtaken', undefined)
  const { user } = found
  const { throwaway } = open.reset
  if (throwaway !== null && (await standingOf(open, found, throwaway)) === 'temporary')
    return settle(open, 'ended', user)
  const now = await standingOf(open, found, open.reset.mark)
  switch (now) {
    case 'replaced':
      return settle(open, 'overtaken', user)
    case 'temporary':
      return endUnused(open, found)
    case 'before':
      return isSecondLook ? settle(open, 'not_applied', user) : lookAgain(open)
    case 'unknown':
    case undefined:
      return stillOpen('unclear')
    default:
      return now satisfies never
  }
}

async function standingOf<O extends Operator>(
  { config }: OpenReset<O>,
  found: FoundUser,
  mark: Mark,
): Promise<Standing['now'] | undefined> {
  return heardLater(config, 'find', async () => (await found.standing(mark))?.now)
}

/**
 * The password is as it was before the write. That is the last word only when the write can no
 * longer arrive, and a second look sees the same. A server that was stopped for long works off a
 * late write when it goes on.
 */
async function lookAgain<O extends Operator>(open: OpenReset<O>): Promise<Found> {
  const { config, store, reset, lookAgainAfterMs } = open
  // A store without types may leave the time out: then nothing bounds it either.
  const lateWriteMs = (store.capabilities.lateWriteSeconds ?? Number.POSITIVE_INFINITY) * 1_000
  const now = timeBy(config)
  const isPast = now && now.getTime() - reset.attemptedAt.getTime() > lateWriteMs
  if (!isPast) return stillOpen('not_yet')
  await new Promise((resolve) => setTimeout(resolve, lookAgainAfterMs))
  const found = await look(open)
  return found === 'unreachable' ? stillOpen(found) : judged(open, found, true)
}

/** Puts a password that nobody knows in the place of one that nobody was shown. */
async function endUnused<O extends Operator>(open: OpenReset<O>, found: FoundUser): Promise<Found> {
  const { config, store, reset } = open
  if (store.capabilities.recheck.version !== 'in_write') return settle(open, 'left', found.user)
  const ended = await heardLater(config, 'write', () => writeThrowaway(config, reset, found))
  if (ended?.outcome === 'applied')
    return settle({ ...open, reset: { ...reset, state: 'ending' } }, 'ended', found.user)
  if (ended?.outcome === 'refused') tellFailure(config, 'write', ended)
  return stillOpen('not_ended')
}

async function writeThrowaway<O extends Operator>(
  config: ForceResetConfig<O>,
  reset: PendingReset,
  found: FoundUser,
): Promise<WriteOutcome | undefined> {
  const fit = await found.check({ mustChange: true })
  const rules = fit.outcome === 'fit' ? fit.rules : {}
  const { forbidden = [] } = rules
  const bytes = generateBytes(config.format, {
    ...rules,
    forbidden: [...forbidden, ...nameTokens(found.user)],
  })
  if (typeof bytes === 'number') return undefined
  const { lease, end } = leasePassword(bytes)
  try {
    const prepared = await found.prepare({
      resetId: reset.resetId,
      password: lease,
      eligible: anyKnownStatus,
      purpose: 'expire',
      mustChange: true,
      onlyIf: reset.mark,
    })
    if (prepared.outcome !== 'prepared') return prepared
    // Noted before the write: a caller that comes after this one tells it from another password.
    const isNoted = await changeState(config, reset, 'ending', prepared.mark)
    if (!isNoted) return undefined
    const written = await prepared.write()
    if (written.outcome !== 'unknown') return written
    const settled = await written.settle?.()
    return settled?.outcome === 'applied' ? settled : undefined
  } finally {
    end()
    bytes.fill(0)
  }
}
