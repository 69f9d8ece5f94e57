import type { StoreReceipt } from '@force-reset/core'
import type { SeenAccount } from '../account/account-reader.ts'
import { endedTables, heldBy } from '../options/set-columns.ts'
import { capabilitiesOf } from './capabilities.ts'
import type { NewPassword } from './password-write.ts'
import type { StoreParts } from './read-accounts.ts'

/**
 * The receipt of a write that happened.
 *
 * @param ended - How many sessions the write deleted; `null` where the answer with the number was
 *   lost.
 */
export function receiptOf(
  { dialect, options }: StoreParts,
  { seen, password }: { readonly seen: SeenAccount; readonly password: NewPassword },
  ended: number | null,
): StoreReceipt {
  const { expiry, mustChange, survives } = capabilitiesOf(options, dialect)
  const counted = endedTables(options).some((one) => heldBy(one) === 'sessions')
  return {
    mustChange: password.mustChange ? mustChange : 'off',
    expiresAt: expiry === 'none' ? null : (password.expiresAt ?? null),
    unlocked: password.unlocks && seen.user.locked === true,
    sessionsRevoked: counted ? ended : null,
    endpoint: options.endpoint ?? dialect.name,
    survives,
  }
}
