import { sqlAudit } from '@force-reset/adapter-sql'
import { type ForceResetConfig, forceReset, type Operator } from '@force-reset/core'
import type { Database } from './database.ts'
import { usersStore } from './users-store.ts'

interface Staff extends Operator {
  readonly roles: readonly string[]
}

export function resetConfig(db: Database): ForceResetConfig<Staff> {
  return {
    store: usersStore(db),
    authorize: ({ operator }) => operator.roles.includes('helpdesk'),
    audit: sqlAudit(db),
  }
}

export async function reset(
  config: ForceResetConfig<Staff>,
  operator: Staff,
  seen: { readonly id: string; readonly version: string },
) {
  const result = await forceReset(config, {
    operator,
    userId: seen.id,
    version: seen.version,
    reason: 'INC-4711',
  })
  return result.ok ? result.temporaryPassword.reveal() : result.message
}
