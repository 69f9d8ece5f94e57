import { sqlPendingResets } from '@force-reset/adapter-sql'
import type { PendingReset } from '@force-reset/core'
import type { Database } from './database.ts'

/** Resets that nobody else works on for the next minute. */
export async function dueResets(db: Database): Promise<readonly PendingReset[]> {
  const now = new Date()
  const olderThan = new Date(now.getTime() - 60_000)
  return await sqlPendingResets(db).claim({ now, olderThan, leaseSeconds: 60, limit: 100 })
}
