import { checkEligible } from './check-eligible.ts'
import type { ForceResetConfig, Operator } from './config.ts'
import { nameTokens } from './name-tokens.ts'
import type { PasswordRules } from './password-rules.ts'
import type { StepFailure } from './step-failure.ts'
import { askStore } from './step-failure.ts'
import type { User } from './user.ts'
import type { UserStore } from './user-store.ts'

/** The rules for this user's password, or why this account cannot be reset. Everything that can be known before the write, and nothing is changed. */
export async function checkTarget<O extends Operator>(
  config: ForceResetConfig<O>,
  operator: O,
  { store, user }: { readonly store: UserStore; readonly user: User },
  signal?: AbortSignal,
): Promise<{ readonly ok: true; readonly rules: PasswordRules } | { readonly ok: false; readonly failure: StepFailure }> {
  const ineligible = checkEligible(config, operator, user)
  if (ineligible) return { ok: false, failure: ineligible }
  const mustChange = config.requireMustChange !== false
  const precheck = await askStore(async () => store.precheck?.(user, { mustChange, signal }), signal)
  if (!precheck.ok) return precheck
  if (precheck.answer) return { ok: false, failure: { code: precheck.answer.code, detail: precheck.answer.detail } }
  const asked = await askStore(async () => store.passwordRules?.(user, { signal }), signal)
  if (!asked.ok) return asked
  return { ok: true, rules: { ...asked.answer, forbidden: [...(asked.answer?.forbidden ?? []), ...nameTokens(user)] } }
}
