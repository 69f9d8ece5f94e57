import { nameTokens } from '../password/name-tokens.ts'
import type { PasswordRules } from '../port/password-rules.ts'
import type { Survivor } from '../port/receipt.ts'
import { timeBy } from './audit.ts'
import { capabilitiesOf, defaultExpirySeconds } from './check-config.ts'
import { checkEligible } from './check-eligible.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import type { FoundTarget } from './find-target.ts'
import type { StepFailure } from './step-failure.ts'
import { askStore, refusalBy } from './step-failure.ts'

/** What a reset of this account has to know, or why the account cannot be reset. */
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
 * Asks everything that can be known before the write, and changes nothing. An error of the store, of
 * its rules or of the clock is a failure here, so none is left for the time after `reset.attempted`.
 */
export async function checkTarget<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
  { store, found, user }: FoundTarget,
  signal?: AbortSignal,
): Promise<CheckedTarget> {
  const ineligible = checkEligible(config, operator, user)
  if (ineligible) return { ok: false, failure: ineligible }
  const mustChange = config.requireMustChange !== false
  const asked = await askStore(async () => {
    const fit = await found.check({ mustChange, signal })
    if (fit.outcome === 'refused') return refusalBy(fit)
    const { forbidden = [], unread = [], ...rules } = fit.rules
    return {
      ...capabilitiesOf(store),
      rules: { ...rules, forbidden: [...forbidden, ...nameTokens(user)] },
      unread: unread.map(String),
    }
  }, signal)
  if (!asked.ok) return asked
  if ('code' in asked.answer) return { ok: false, failure: asked.answer }
  const { rules, unread, expiry, survives } = asked.answer
  const expiresAt = timeBy(config, (config.expiresInSeconds ?? defaultExpirySeconds) * 1_000)
  // Without a clock neither the expiry nor the events of the reset have a date.
  if (!expiresAt) return { ok: false, failure: clockFailure }
  const expires = expiry !== 'none' && config.expiresInSeconds !== null
  return { ok: true, rules, unread, survives, expiresAt: expires ? expiresAt : undefined }
}

const clockFailure: StepFailure = {
  code: 'audit_unavailable',
  detail: { reason: 'callback_failed', callback: 'now' },
}
