import type {
  FoundUser,
  PreparedWrite,
  StoreRefusal,
  WriteOrder,
  WriteOutcome,
} from '@force-reset/core'
import { StoreError } from '@force-reset/core'
import { conflict, refusalOf, refused } from '@force-reset/core/store'
import type { SeenAccount } from '../account/account-reader.ts'
import { hashWithin } from '../hashing/hash-within.ts'
import type { AppliedWrite } from '../options/options.ts'
import { ineligible } from './ineligible.ts'
import { look, type StoreParts } from './read-accounts.ts'
import { functionFailed, noFlag, reasonsOfStatus, type SqlReason } from './reasons.ts'
import { setValues } from './set-values.ts'
import { settle } from './settle.ts'
import { type PlannedWrite, sendWrite } from './write.ts'

/** The account with exactly this id, and what can be done with the account as it was seen. */
export async function findUser(parts: StoreParts, id: string): Promise<FoundUser | undefined> {
  const seen = await look(parts, id)
  return (
    seen && {
      user: seen.user,
      check: async () =>
        cannotTake(seen, { eligible: [seen.user.status], purpose: 'reset' }) ?? {
          outcome: 'fit',
          rules: {},
        },
      prepare: async (order) => await prepare(parts, seen, order),
      standing: (mark) => parts.marks.standing(mark, seen),
      versionStanding: seen.versionStanding,
      reason: reasonOfStatus(seen),
    }
  )
}

/**
 * Only where the status alone refuses, or a function failed: core gives the reason to a refusal for
 * privilege, too.
 */
function reasonOfStatus({ user, judgement }: SeenAccount): SqlReason | undefined {
  const { reason, failure } = judgement
  if (failure) return functionFailed(failure)
  return user.privileged || reason === undefined ? undefined : reasonsOfStatus[reason]
}

/** Hashes the password, and asks for the values of columns. The database is not asked. */
async function prepare(
  parts: StoreParts,
  seen: SeenAccount,
  order: WriteOrder,
): Promise<StoreRefusal | PreparedWrite> {
  const { eligible, purpose, onlyIf } = order
  const refusal = cannotTake(seen, order)
  if (refusal) return refusal
  // The write itself is bound to the hash that was seen.
  if (onlyIf !== undefined && parts.marks.standing(onlyIf, seen).now !== 'temporary')
    return conflict
  const hashed = await hashWithin(parts.options, order.password)
  if (!hashed.ok) return hashed.refusal
  const told = toldOf(seen, order)
  const values = setValues(parts.options, told, hashed.values)
  if (!values.ok) return refused('store_unavailable', values.reason)
  const expires = purpose === 'expire'
  const password = {
    hash: hashed.hash,
    mustChange: order.mustChange || expires,
    expiresAt: order.expiresAt,
    unlocks: !expires,
    set: values.value,
  }
  const mark = parts.marks.markOf(seen, password)
  const planned = { told, eligible, purpose, seen, password, mark }
  return { outcome: 'prepared', mark, write: async () => await write(parts, planned) }
}

/** What is told of the write. It holds neither password nor hash. */
function toldOf(
  { user }: SeenAccount,
  { resetId, purpose, operatorId, reason, correlationId }: WriteOrder,
): AppliedWrite {
  const { id: userId, username } = user
  return { resetId, purpose, userId, username, operatorId, reason, correlationId }
}

/** The one write. An unknown outcome brings the means to settle the outcome. */
async function write(parts: StoreParts, planned: PlannedWrite): Promise<WriteOutcome> {
  try {
    const sent = await sendWrite(parts, planned)
    return sent.outcome === 'unknown'
      ? { ...sent, settle: async () => await settle(parts, planned) }
      : sent
  } catch (error) {
    // The write matched nothing, and the look for the reason failed.
    if (error instanceof StoreError) return refusalOf(error)
    throw error
  }
}

/** Why this account can take no temporary password. */
function cannotTake(
  { judgement, takesFlag }: SeenAccount,
  order: Pick<WriteOrder, 'eligible' | 'purpose'>,
): StoreRefusal | undefined {
  return (
    ineligible(judgement, order) ??
    (takesFlag ? undefined : refused('must_change_ineffective', noFlag))
  )
}
