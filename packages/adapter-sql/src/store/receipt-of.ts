import type { StoreReceipt } from '@force-reset/core'
import type { SeenAccount } from '../account/account-reader.ts'
import type { SqlDialect } from '../dialect/sql-dialect.ts'
import type { AnyOptions } from '../options/any-database.ts'
import { capabilitiesOf } from './capabilities.ts'
import type { NewPassword } from './password-write.ts'

/**
 * What a write did. `ended` is how many sessions it deleted; `null` where the answer that said so
 * was lost.
 */
export function receiptOf(
  dialect: SqlDialect,
  options: AnyOptions,
  {
    seen,
    password,
    ended,
  }: { readonly seen: SeenAccount; readonly password: NewPassword; readonly ended: number | null },
): StoreReceipt {
  const { expiry, mustChange, survives } = capabilitiesOf(options)
  const counted = (options.ended ?? []).some(({ holds = 'sessions' }) => holds === 'sessions')
  return {
    mustChange: password.mustChange && mustChange === 'application' ? 'application' : 'off',
    expiresAt: expiry ? (password.expiresAt ?? null) : null,
    unlocked: seen.user.locked === true,
    sessionsRevoked: counted ? ended : null,
    endpoint: options.endpoint ?? dialect.name,
    survives,
  }
}
