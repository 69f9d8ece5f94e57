import { sqlPendingResets } from '@force-reset/adapter-sql'
import { reconcile } from '@force-reset/core'
import type { Database } from './database.ts'
import { resetConfig } from './reset.ts'

/** The configuration with a memory for resets whose process dies. */
export function durableConfig(db: Database) {
  return { ...resetConfig(db), pending: sqlPendingResets(db) }
}

/** To be called when a process starts: finds out what became of resets that have no end. */
export async function closeOpenResets(
  config: ReturnType<typeof durableConfig>,
  log: (line: string) => void,
) {
  for (const { resetId, closing } of await reconcile(config))
    log(`Reset ${resetId}: ${closing.closing}`)
}
