import { generateBytes, leastEntropyBits } from '../password/generate.ts'
import { nameTokens } from '../password/name-tokens.ts'
import type { PasswordRules } from '../port/password.ts'
import type { Survivor } from '../port/receipt.ts'
import { safeError } from '../port/safe-error.ts'
import { timeBy } from './audit.ts'
import { defaultExpirySeconds } from './check-config.ts'
import { checkEligible } from './check-eligible.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import type { FoundTarget } from './find-target.ts'
import { tell } from './heard.ts'
import type { StepFailure } from './step-failure.ts'
import { askStore, callbackFailed, failed, refusalBy } from './step-failure.ts'

/** Everything that a reset of this account needs. */
export interface CheckedTarget {
  readonly ok: true
  /** A password that meets the rules of the store, in memory of its own. Wipe it. */
  readonly password: Uint8Array<ArrayBuffer>
  readonly mustChange: boolean
  /** Rules that could not be read, for the receipt. */
  readonly unread: readonly string[]
  /** When the temporary password stops working; absent means never. */
  readonly expiresAt: Date | undefined
  readonly survives: readonly Survivor[]
}

/**
 * Asks everything that can be known before the write, makes the password, and changes nothing. An
 * error of the store, of its rules or of the clock is a failure here, so none is left for the time
 * after `reset.attempted`.
 */
export async function checkTarget<O extends Operator>(
  config: ForceResetConfig<O>,
  { operator, signal, store, found, user }: FoundTarget<O>,
): Promise<CheckedTarget | StepFailure> {
  const ineligible = checkEligible(config, operator, user, found)
  if (ineligible) return ineligible
  const mustChange = config.requireMustChange !== false
  const asked = await askStore(config, { during: 'check', signal }, async () => {
    const fit = await found.check({ mustChange, signal })
    if (fit.outcome !== 'fit') return refusalBy(fit)
    const { forbidden = [], unread = [], ...rules }: PasswordRules = Object(fit.rules)
    const { expiry, survives } = store.capabilities
    const { expiresInSeconds = defaultExpirySeconds } = config
    const ends = timeBy(config, Number(expiresInSeconds) * 1_000)
    // Without a clock neither the expiry nor the events of the reset have a date.
    if (!ends) return callbackFailed('audit_unavailable', 'now')
    return {
      ok: true as const,
      mustChange,
      rules: { ...rules, forbidden: [...forbidden, ...nameTokens(user)] },
      unread: unread.map(String),
      expiresAt: expiry === 'none' || expiresInSeconds === null ? undefined : ends,
      survives: [...survives],
    }
  })
  if (!asked.ok) return asked
  const bytes = generateBytes(config.format, asked.rules, (error) =>
    tell(config, 'format', safeError(error)),
  )
  return typeof bytes === 'number'
    ? failed('rules_unsatisfiable', { reason: 'rules', bits: bytes, leastBits: leastEntropyBits })
    : { ...asked, password: bytes }
}
