import { nameTokens } from '../password/name-tokens.ts'
import type { PasswordRules } from '../port/password-rules.ts'
import type { Survivor } from '../port/receipt.ts'
import type { User } from '../port/user.ts'
import type { UserStore } from '../port/user-store.ts'
import { timeBy } from './audit-event-of.ts'
import { capabilitiesOf, defaultExpirySeconds } from './check-config.ts'
import { checkEligible } from './check-eligible.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import type { StepFailure } from './step-failure.ts'
import { askStore, refusalBy } from './step-failure.ts'

/** The facts that a reset of this account needs, or why the account cannot be reset. */
export type CheckedTarget =
  | {
      readonly ok: true
      readonly rules: PasswordRules
      /** Rules that could not be read, for the receipt. */
      readonly unread: readonly string[]
      /** When the temporary password stops working; absent means never. */
      readonly expiresAt: Date | undefined
      readonly survives: readonly Survivor[]
    }
  | { readonly ok: false; readonly failure: StepFailure }

/**
 * Asks everything that can be known before the write, and changes nothing. An error of the store,
 * of its rules or of the clock is a failure here, so none is left for the time after
 * `reset.attempted`.
 */
export async function checkTarget<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
  { store, user }: { readonly store: UserStore; readonly user: User },
  signal?: AbortSignal,
): Promise<CheckedTarget> {
  const ineligible = checkEligible(config, operator, user)
  if (ineligible) return { ok: false, failure: ineligible }
  const precheck = await askStore(
    () => store.precheck?.(user, { mustChange: config.requireMustChange !== false, signal }),
    signal,
  )
  if (!precheck.ok) return precheck
  if (precheck.answer) return { ok: false, failure: refusalBy(precheck.answer) }
  const asked = await askStore(async () => {
    const {
      forbidden = [],
      unread = [],
      ...rules
    } = (await store.passwordRules?.(user, { signal })) ?? {}
    return {
      ...capabilitiesOf(store),
      rules: { ...rules, forbidden: [...forbidden, ...nameTokens(user)] },
      unread: unread.map(String),
    }
  }, signal)
  if (!asked.ok) return asked
  const expiresAt = timeBy(config, (config.expiresInSeconds ?? defaultExpirySeconds) * 1_000)
  // Without a clock neither the expiry nor the events of the reset have a date.
  if (!expiresAt)
    return {
      ok: false,
      failure: {
        code: 'audit_unavailable',
        detail: { reason: 'callback_failed', callback: 'now' },
      },
    }
  return {
    ok: true,
    ...asked.answer,
    expiresAt: asked.answer.expiry && config.expiresInSeconds !== null ? expiresAt : undefined,
  }
}
