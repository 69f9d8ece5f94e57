import { type SettleOutcome, StoreError } from '@force-reset/core'
import type { SeenAccount } from '../account/account-reader.ts'
import { isUnusableHash, textOfHash } from '../account/stored-hash.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import { look, type StoreParts } from './read-accounts.ts'
import type { DatabaseFailureKey } from './reasons.ts'
import { type PlannedWrite, type SentOutcome, sendWrite, whatHappened } from './write.ts'

/** Finds out what became of a write, by the identical write: it keeps a late original out. */
export async function settle(parts: StoreParts, planned: PlannedWrite): Promise<SettleOutcome> {
  try {
    return await settled(parts, planned)
  } catch (error) {
    if (error instanceof StoreError) return { outcome: 'unknown' }
    throw error
  }
}

async function settled(parts: StoreParts, planned: PlannedWrite): Promise<SettleOutcome> {
  const { seen } = planned
  const first = await sendWrite(parts, planned)
  // A pool may hand out the connection that was just lost once more, and notices only then.
  const outcome = failedWith(first, 'connection') ? await sendWrite(parts, planned) : first
  if (outcome.outcome === 'applied') return outcome
  // Replicas are read-only. One that is behind shows a hash from before the one that was seen, and
  // the original may have happened elsewhere.
  if (failedWith(outcome, 'read_only')) return { outcome: 'unknown' }
  const now = await look(parts, seen.user.id)
  // In this order. Another hash keeps a late original out from that look on, because the old hash
  // does not come back. The other hash can still be our own.
  const happened = await whatHappened(parts, planned)
  if (happened) return happened.outcome === 'applied' ? happened : { outcome: 'unknown' }
  return { outcome: isReplaced(parts.dialect, now, seen) ? 'not_applied' : 'unknown' }
}

function failedWith(sent: SentOutcome, key: DatabaseFailureKey): boolean {
  return sent.outcome !== 'applied' && sent.detail?.reason === 'store' && sent.detail.key === key
}

/**
 * Whether the password that was seen is gone for good. A row that is missing in the table of
 * passwords is no proof, and neither is a status: both can be changed back. No hash at all is no
 * proof either, nor one that no password fits: an application can write those again.
 */
function isReplaced(
  dialect: SqlDialect,
  now: SeenAccount | undefined,
  { hash }: SeenAccount,
): boolean {
  const canComeBack = hash === null || isUnusableHash(textOfHash(dialect, hash))
  return now?.hasCredentials === true && now.hash !== hash && !canComeBack
}
