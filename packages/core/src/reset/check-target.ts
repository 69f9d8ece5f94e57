import { generateBytes, leastEntropyBits } from '../password/generate.ts'
import { nameTokens } from '../password/name-tokens.ts'
import type { PasswordRules } from '../port/password.ts'
import type { Survivor } from '../port/receipt.ts'
import { safeError } from '../port/safe-error.ts'
import { timeBy } from './audit.ts'
import { defaultExpirySeconds } from './check-config.ts'
import { checkEligible } from './check-eligible.ts'
import type { ForceResetConfig, IdentifiedCaller, IdentityClaims, Operator } from './config.ts'
import type { FoundTarget } from './find-target.ts'
import { heardLater, tell } from './heard.ts'
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
  /** The caller, where the configuration asks who that is. */
  readonly caller?: IdentifiedCaller | undefined
}

/**
 * Whether the caller of the reset was identified; `undefined` where the configuration does not ask.
 * Anything but a clear answer refuses.
 */
export async function identify<O extends Operator>(
  config: ForceResetConfig<O>,
  target: FoundTarget<O>,
  claims: IdentityClaims,
): Promise<IdentifiedCaller | StepFailure | undefined> {
  const { verification } = config
  if (!verification) return undefined
  const judged = await heardLater(config, 'verification', async () => {
    const answer = await verification.judge(config, target, claims)
    if (answer.ok !== true) return failed('verification_required', answer.detail)
    const { identified, mostSeconds } = answer
    // A copy: a value that cannot be read fails here.
    return {
      ok: true as const,
      identified: structuredClone(identified),
      mostSeconds,
      spend: answer.spend.bind(answer),
    }
  })
  return judged ?? failed('verification_required')
}

/**
 * Asks everything that can be known before the write, makes the password, and changes nothing. An
 * error of the store, of its rules or of the clock is a failure here, so none is left for the time
 * after `reset.attempted`.
 */
export async function checkTarget<O extends Operator>(
  config: ForceResetConfig<O>,
  target: FoundTarget<O>,
  claims?: IdentityClaims,
): Promise<CheckedTarget | StepFailure> {
  const { operator, signal, store, found, user } = target
  const ineligible = checkEligible(config, operator, user, found)
  if (ineligible) return ineligible
  const caller = claims && (await identify(config, target, claims))
  if (caller?.ok === false) return caller
  const mustChange = config.requireMustChange !== false
  const asked = await askStore(config, { during: 'check', signal }, async () => {
    const fit = await found.check({ mustChange, signal })
    if (fit.outcome !== 'fit') return refusalBy(fit)
    const { forbidden = [], unread = [], ...rules }: PasswordRules = Object(fit.rules)
    const { expiry, survives } = store.capabilities
    const { expiresInSeconds: most = defaultExpirySeconds } = config
    const { mostSeconds } = caller ?? {}
    const expiresInSeconds = mostSeconds ? Math.min(most ?? mostSeconds, mostSeconds) : most
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
      caller,
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
