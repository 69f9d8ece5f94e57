import { generateBytes } from '../password/generate.ts'
import { leasePassword } from '../password/lease-password.ts'
import { nameTokens } from '../password/name-tokens.ts'
import type { PendingReset } from '../port/pending-resets.ts'
import type { AccountStatus } from '../port/user.ts'
import type { FoundUser, UserStore, WriteOutcome } from '../port/user-store.ts'
import type { AuditedOutcome } from '../reset/audit.ts'
import { timeBy } from '../reset/audit.ts'
import type { ForceResetConfig, Operator } from '../reset/config.ts'
import { heardLater } from '../reset/heard.ts'
import { closeReset, keep } from '../reset/reset-trail.ts'
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
  /** The outcome is known. The event or the row could not be stored. */
  | 'unrecorded'

/** One reset without a known outcome. */
interface OpenReset<O extends Operator> {
  readonly config: ForceResetConfig<O>
  readonly store: UserStore
  readonly reset: PendingReset
  readonly lookAgainAfterMs: number
}

/** A throwaway takes the place of a password of these accounts: it enables nothing. */
const anyKnownStatus: readonly AccountStatus[] = ['active', 'pending', 'suspended']

/** Finds out what became of one reset, ends a password that nobody was shown, and closes. */
export async function closeOne<O extends Operator>(open: OpenReset<O>): Promise<Closing> {
  const { config, reset } = open
  const found = await look(open)
  const closing = found === 'unreachable' ? stillOpen(found) : await judged(open, found)
  const outcome = eventOf(closing, reset)
  if (outcome) {
    const known = { store: open.store, user: found === 'unreachable' ? undefined : found?.user }
    if (await closeReset(config, reset, known, outcome)) return closing
  }
  // The next reset of the account closes the row of a reset that no look can tell of.
  if (reset.state === 'attempted') await keep(config, (pending) => pending.unknown(reset.resetId))
  return outcome ? stillOpen('unrecorded') : closing
}

function stillOpen(why: StillOpen): Closing {
  return { closing: 'still_open', why }
}

/** The event that closes; `undefined` where the reset stays open. */
function eventOf(closing: Closing, { mark }: PendingReset): AuditedOutcome | undefined {
  switch (closing.closing) {
    case 'applied_unused':
      return { type: 'reset.applied_unused', mark, ended: closing.ended }
    case 'not_applied':
      return { type: 'reset.not_applied', mark }
    case 'overtaken':
      return { type: 'reset.overtaken', mark }
    case 'still_open':
      return undefined
    default:
      return closing satisfies never
  }
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
): Promise<Closing> {
  if (!found) return { closing: 'overtaken' }
  const standing = await heardLater(open.config, 'find', async () =>
    found.standing(open.reset.mark),
  )
  switch (standing?.now) {
    case 'replaced':
      return { closing: 'overtaken' }
    case 'temporary':
      return endUnused(open, found)
    case 'before':
      return notApplied(open)
    case 'unknown':
    case undefined:
      return stillOpen('unclear')
    default:
      return standing satisfies never
  }
}

/**
 * The password is as it was before the write. That is the last word only when the write can no
 * longer arrive, and a second look sees the same. A server that was stopped for long works off a
 * late write when it goes on.
 */
async function notApplied<O extends Operator>(open: OpenReset<O>): Promise<Closing> {
  const { config, store, reset, lookAgainAfterMs } = open
  // A store without types may leave the time out: then nothing bounds it either.
  const lateWriteMs = (store.capabilities.lateWriteSeconds ?? Number.POSITIVE_INFINITY) * 1_000
  const now = timeBy(config)
  const isPast = now && now.getTime() - reset.attemptedAt.getTime() > lateWriteMs
  if (!isPast) return stillOpen('not_yet')
  await new Promise((resolve) => setTimeout(resolve, lookAgainAfterMs))
  const again = await look(open)
  if (again === 'unreachable') return stillOpen(again)
  const standing = await heardLater(config, 'find', async () => again?.standing(reset.mark))
  return standing?.now === 'before' ? { closing: 'not_applied' } : stillOpen('not_yet')
}

/** Puts a password that nobody knows in the place of one that nobody was shown. */
async function endUnused<O extends Operator>(
  { config, store, reset }: OpenReset<O>,
  found: FoundUser,
): Promise<Closing> {
  if (store.capabilities.recheck.version !== 'in_write')
    return { closing: 'applied_unused', ended: false }
  const written = await heardLater(config, 'write', () => writeThrowaway(config, reset, found))
  if (written?.outcome === 'applied') return { closing: 'applied_unused', ended: true }
  if (written?.outcome === 'refused') tellFailure(config, 'write', written)
  return stillOpen('not_ended')
}

async function writeThrowaway<O extends Operator>(
  config: ForceResetConfig<O>,
  { resetId, mark }: PendingReset,
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
      resetId,
      password: lease,
      eligible: anyKnownStatus,
      purpose: 'expire',
      mustChange: true,
      onlyIf: mark,
    })
    if (prepared.outcome !== 'prepared') return prepared
    const written = await prepared.write()
    if (written.outcome !== 'unknown') return written
    const settled = await written.settle?.()
    return settled?.outcome === 'applied' ? settled : undefined
  } finally {
    end()
    bytes.fill(0)
  }
}
