import type { Acceptance } from './acceptance.ts'
import { acceptanceOf } from './acceptance.ts'
import { certainBits } from './certain-bits.ts'
import { countPasswords } from './count-passwords.ts'
import { ForceResetError } from './errors.ts'
import { grouped } from './grouped.ts'
import type { PasswordFormat, PasswordPlan } from './password-format.ts'
import type { PasswordRules } from './password-rules.ts'
import { samplePassword } from './sample-password.ts'
import { TemporaryPassword } from './temporary-password.ts'

/** The least entropy of a temporary password, in bits. A format or rules that leave less are refused. */
export const leastEntropyBits = 60

/** What is generated where nothing else is asked for. */
export const defaultFormat = grouped()
/** Entropy where no password is accepted. */
const noBits = Number.NEGATIVE_INFINITY

/** A generated password's bytes, or how strong the strongest possible ones would be. */
export type Generated = { readonly ok: true; readonly bytes: Uint8Array<ArrayBuffer> } | { readonly ok: false; readonly bits: number }

/**
 * A temporary password, uniform over everything that the format spells and the rules accept.
 *
 * @param format - Default {@link grouped}: `xxxx-xxxx-xxxx-xxxx`, 78.5 bits.
 * @throws {ForceResetError} `ERR_RULES_UNSATISFIABLE` when less than 60 bits remain.
 * @example
 * const password = generateTemporaryPassword()
 */
export function generateTemporaryPassword(format: PasswordFormat = defaultFormat, rules: PasswordRules = {}): TemporaryPassword {
  const generated = generateBytes(format, rules)
  if (generated.ok) return new TemporaryPassword(generated.bytes)
  throw tooWeak(generated.bits)
}

/** @throws {ForceResetError} `ERR_RULES_UNSATISFIABLE` below 60 bits. */
export function checkStrength(bits: number): void {
  if (bits < leastEntropyBits) throw tooWeak(bits)
}

function tooWeak(bits: number): ForceResetError {
  return new ForceResetError(
    'ERR_RULES_UNSATISFIABLE',
    `format and rules leave ${Math.max(0, bits).toFixed(1)} bits of entropy; at least ${leastEntropyBits} are needed`,
  )
}

/**
 * Entropy of what {@link generateTemporaryPassword} generates, in bits: log2 of the number of accepted passwords, counted exactly.
 * `-Infinity` when none is accepted.
 */
export function entropyBits(format: PasswordFormat = defaultFormat, rules: PasswordRules = {}): number {
  const plan = format.fit(rules)
  return plan === undefined ? noBits : exactBits(plan, acceptanceOf(rules, plan.anyOf))
}

/** The bytes of a password in memory of their own, or the entropy that is too low. */
export function generateBytes(format: PasswordFormat = defaultFormat, rules: PasswordRules = {}): Generated {
  const plan = format.fit(rules)
  if (plan === undefined) return { ok: false, bits: noBits }
  const acceptance = acceptanceOf(rules, plan.anyOf)
  // Counting exactly takes a millisecond or more; where a bound that takes microseconds already suffices, that is not spent.
  if (certainBits(plan, acceptance, rules.forbidden) < leastEntropyBits) {
    const bits = exactBits(plan, acceptance)
    if (bits < leastEntropyBits) return { ok: false, bits }
  }
  const bytes = samplePassword(plan, acceptance)
  return bytes === undefined ? { ok: false, bits: noBits } : { ok: true, bytes }
}

function exactBits(plan: PasswordPlan, acceptance: Acceptance): number {
  return log2(countPasswords(plan, acceptance).total)
}

/** log2 of a whole number that may be far above what a double holds exactly. */
function log2(value: bigint): number {
  if (value <= 0n) return noBits
  const excess = Math.max(0, value.toString(2).length - 53)
  return Math.log2(Number(value >> BigInt(excess))) + excess
}
