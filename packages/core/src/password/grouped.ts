import { optional, wholeNumber } from '../port/check-options.ts'
import { readableAlphabet, readableSeparator } from './alphabet.ts'
import { planOf } from './characters.ts'
import { anAlphabet, aSeparator, checkFormat } from './check-format.ts'
import type { PasswordFormat } from './password-format.ts'

/** Options of {@link grouped}. */
export interface GroupedOptions {
  /** Number of groups, 1 to 16. Default 4. */
  readonly groups?: number | undefined
  /** Characters in a group, 1 to 16. Default 4. */
  readonly size?: number | undefined
  /** One character between groups. Default `.`. */
  readonly separator?: string | undefined
  /**
   * Characters to choose from, printable ASCII. Default: twenty-eight that are hard to confuse, and
   * that the same keys type on US, UK and German keyboards.
   */
  readonly alphabet?: string | undefined
}

/**
 * Groups that can be read out: `xxxx.xxxx.xxxx.xxxx`, 76.9 bits by default.
 *
 * Rules that demand more length add groups; rules that allow less length drop the separators,
 * because strength comes before looks.
 *
 * @throws {ForceResetError} `ERR_INVALID_FORMAT` for an option that is malformed.
 * @example
 * generateTemporaryPassword(grouped({ groups: 5 }))
 */
export function grouped(options: GroupedOptions = {}): PasswordFormat {
  const {
    groups = 4,
    size = 4,
    separator = readableSeparator,
    alphabet = readableAlphabet,
  } = options
  checkFormat(options, {
    groups: optional(wholeNumber(1, 16)),
    size: optional(wholeNumber(1, 16)),
    separator: aSeparator,
    alphabet: anAlphabet,
  })
  return {
    kind: 'grouped',
    fit: ({ minLength = 0, maxLength = Number.POSITIVE_INFINITY, ...rules }) => {
      const count = Math.max(groups, Math.ceil((minLength + 1) / (size + 1)))
      if (count * (size + 1) - 1 <= maxLength)
        return planOf(
          alphabet,
          Array.from({ length: count }, () => size),
          separator,
          rules,
        )
      const fits = minLength <= maxLength && maxLength > 0
      return fits ? planOf(alphabet, [maxLength], '', rules) : undefined
    },
  }
}
