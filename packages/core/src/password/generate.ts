import { ForceResetError } from '../port/errors.ts'
import type { PasswordRules } from '../port/password.ts'
import type { FittedPlan } from './acceptance.ts'
import { acceptanceOf } from './acceptance.ts'
import { certainBits } from './certain-bits.ts'
import { countPasswords } from './count-passwords.ts'
import { grouped } from './grouped.ts'
import type { PasswordFormat } from './password-format.ts'
import { samplePassword } from './sample-password.ts'
import { TemporaryPassword } from './temporary-password.ts'

/**
 * The least entropy of a temporary password, in bits. A format or rules that leave less are
 * refused.
 */
export const leastEntropyBits = 60

/** Longest `minLength` that is met, in characters. */
const longestLeast = 256
/** The format where a caller asks for no other. */
export const defaultFormat = grouped()
/** Entropy where no password is accepted. */
const noBits = Number.NEGATIVE_INFINITY

/**
 * A temporary password, uniform over everything that the format spells and the rules accept.
 *
 * @param format - Default {@link grouped}: `xxxx.xxxx.xxxx.xxxx`, 76.9 bits.
 * @throws {ForceResetError} `ERR_RULES_UNSATISFIABLE` when less than 60 bits remain, or `minLength`
 *   is above 256.
 * @example
 * const password = generateTemporaryPassword()
 */
export function generateTemporaryPassword(
  format?: PasswordFormat,
  rules?: PasswordRules,
): TemporaryPassword {
  const drawn = generateBytes(format, rules)
  if (typeof drawn === 'number') throw tooWeak(drawn)
  return new TemporaryPassword(drawn)
}

/** The error of a format or rules that leave so few bits. */
export function tooWeak(bits: number): ForceResetError {
  return new ForceResetError(
    'ERR_RULES_UNSATISFIABLE',
    `format and rules leave ${Math.max(0, bits).toFixed(1)} bits of entropy; ` +
      `at least ${leastEntropyBits} are needed`,
  )
}

/**
 * Entropy of the passwords of {@link generateTemporaryPassword}, in bits: log2 of the number of
 * accepted passwords, counted exactly. `-Infinity` when none is accepted.
 *
 * @param format - Default {@link grouped}.
 * @param rules - Default: none.
 * @example
 * const bits = entropyBits(grouped({ groups: 5 }), { minLength: 12 })
 */
export function entropyBits(format?: PasswordFormat, rules?: PasswordRules): number {
  const fitted = fit(format, rules)
  return fitted ? exactBits(fitted) : noBits
}

/**
 * A password as bytes in memory of their own, or the entropy that is too low, in bits.
 *
 * No password is known for rules that make the format throw, so such rules cannot be met.
 *
 * @param failed - Told of the error that the format threw.
 */
export function generateBytes(
  format?: PasswordFormat,
  rules?: PasswordRules,
  failed?: (error: unknown) => void,
): Uint8Array<ArrayBuffer> | number {
  try {
    const fitted = fit(format, rules)
    if (!fitted) return noBits
    // Counting exactly takes a millisecond or more. A bound that takes microseconds suffices for
    // nearly all rules.
    if (certainBits(fitted) < leastEntropyBits) {
      const bits = exactBits(fitted)
      if (bits < leastEntropyBits) return bits
    }
    return samplePassword(fitted) ?? noBits
  } catch (error) {
    failed?.(error)
    return noBits
  }
}

/**
 * The format, fitted to the rules. A `minLength` above the limit is refused before a plan is made.
 */
function fit(format = defaultFormat, rules: PasswordRules = {}): FittedPlan | undefined {
  // Written so that a length that is not a number is refused, too.
  const plan = (rules.minLength ?? 0) <= longestLeast ? format.fit(rules) : undefined
  return plan && { ...plan, acceptance: acceptanceOf(rules, plan.anyOf) }
}

/** log2 of the number of accepted passwords, which may be far above what a double holds exactly. */
function exactBits(plan: FittedPlan): number {
  const total = countPasswords(plan)()
  const excess = total.toString(2).length - 53
  return Math.log2(Number(total >> BigInt(excess))) + excess
}
