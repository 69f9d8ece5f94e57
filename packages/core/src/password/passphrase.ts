import { ForceResetError } from '../port/errors.ts'
import { classesIn, missingClasses } from './alphabet.ts'
import { isPrintableAscii } from './character-class.ts'
import { checkCount } from './check-count.ts'
import type { PasswordFormat, PasswordPlan } from './password-format.ts'
import { token } from './password-format.ts'

/** Options of {@link passphrase}. */
export interface PassphraseOptions {
  /** Number of words, 1 to 20. Six words of a list of 7,776 have 77.5 bits. */
  readonly words: number
  /**
   * 2 to 65,536 different words of printable ASCII, such as one of the EFF's lists. It is not
   * bundled.
   */
  readonly list: readonly string[]
  /** One character between words that occurs in none of them. Default `-`. */
  readonly separator?: string | undefined
}

/**
 * Words from a list that the caller passes in.
 *
 * Where the rules demand an upper-case letter the words are capitalised; where they demand a digit
 * one is added at the end.
 *
 * @throws {ForceResetError} `ERR_INVALID_FORMAT` for a list that is malformed, or a separator that
 *   occurs in a word.
 */
export function passphrase({ words, list, separator = '-' }: PassphraseOptions): PasswordFormat {
  checkCount('words', words, 1, 20)
  if (separator.length !== 1 || !isPrintableAscii(separator)) {
    throw new ForceResetError(
      'ERR_INVALID_FORMAT',
      'separator must be one character of printable ASCII',
    )
  }
  const lower = Array.from(list ?? [], (word) => String(word).toLowerCase())
  if (
    lower.length < 2 ||
    lower.length > 65_536 ||
    new Set(lower).size !== lower.length ||
    !lower.every((word) => isPrintableAscii(word) && !word.includes(separator))
  ) {
    throw new ForceResetError(
      'ERR_INVALID_FORMAT',
      'list must hold 2 to 65,536 different words of printable ASCII without the separator',
    )
  }
  const longest = lower.reduce((most, word) => Math.max(most, word.length), 0)
  const shapes = {
    plain: lower.map(token),
    capitalised: lower.map((word) => token(word.charAt(0).toUpperCase() + word.slice(1))),
  }
  const present = classesIn(lower.join('') + separator)
  return {
    kind: 'passphrase',
    fit: (rules) => {
      const missing = missingClasses(present, rules)
      const count = Math.max(words, Math.ceil(((rules.minLength ?? 0) + 1) / (longest + 1)))
      return planWords(
        missing.includes('upper') ? shapes.capitalised : shapes.plain,
        count,
        separator,
        missing.includes('digit'),
      )
    },
  }
}

function planWords(
  choices: PasswordPlan['positions'][number],
  count: number,
  separator: string,
  digit: boolean,
): PasswordPlan {
  const between = [token(separator)]
  const positions = Array.from({ length: count }, (_, word) =>
    word > 0 ? [between, choices] : [choices],
  ).flat()
  const ending = digit ? [between, Array.from('23456789', token)] : []
  return { positions: [...positions, ...ending], anyOf: [] }
}
