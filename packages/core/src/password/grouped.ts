import { ForceResetError } from '../port/errors.ts'
import type { PasswordRules } from '../port/password-rules.ts'
import { checkAlphabet, readableAlphabet } from './alphabet.ts'
import { isPrintableAscii } from './character-class.ts'
import { planOf } from './characters.ts'
import { checkCount } from './check-count.ts'
import type { PasswordFormat, PasswordPlan } from './password-format.ts'

/** Options of {@link grouped}. */
export interface GroupedOptions {
  /** Number of groups, 1 to 16. Default 4. */
  readonly groups?: number | undefined
  /** Characters in a group, 1 to 16. Default 4. */
  readonly size?: number | undefined
  /** One character between groups. Default `-`. */
  readonly separator?: string | undefined
  /** Characters to choose from, printable ASCII. Default: thirty that are hard to confuse. */
  readonly alphabet?: string | undefined
}

/**
 * Groups that can be read out: `xxxx-xxxx-xxxx-xxxx`, 78.5 bits by default.
 *
 * Rules that demand more length add groups; rules that allow less length drop the separators,
 * because strength comes before looks.
 *
 * @throws {ForceResetError} `ERR_INVALID_FORMAT` for an option that is malformed.
 * @example
 * generateTemporaryPassword(grouped({ groups: 5 }))
 */
export function grouped(options: GroupedOptions = {}): PasswordFormat {
  const { groups = 4, size = 4, separator = '-', alphabet = readableAlphabet } = options
  checkCount('groups', groups, 1, 16)
  checkCount('size', size, 1, 16)
  checkAlphabet(alphabet)
  if (separator.length !== 1 || !isPrintableAscii(separator)) {
    throw new ForceResetError(
      'ERR_INVALID_FORMAT',
      'separator must be one character of printable ASCII',
    )
  }
  return {
    kind: 'grouped',
    fit: (rules) => fitGroups({ groups, size, separator, alphabet }, rules),
  }
}

function fitGroups(
  { groups, size, separator, alphabet }: Concrete,
  rules: PasswordRules,
): PasswordPlan | undefined {
  const least = rules.minLength ?? 0
  const most = rules.maxLength ?? Number.POSITIVE_INFINITY
  const wanted = Math.max(groups, Math.ceil((least + 1) / (size + 1)))
  if (wanted * (size + 1) - 1 <= most)
    return planOf(
      alphabet,
      Array.from({ length: wanted }, () => size),
      separator,
      rules,
    )
  return least <= most && most > 0 ? planOf(alphabet, [most], '', rules) : undefined
}

interface Concrete {
  readonly groups: number
  readonly size: number
  readonly separator: string
  readonly alphabet: string
}
