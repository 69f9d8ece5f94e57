import { wholeNumber } from '../port/check-options.ts'
import { isPrintableAscii } from '../text/visible-text.ts'
import { classesIn, missingClasses, readable, readableSeparator } from './alphabet.ts'
import { aSeparator, checkFormat } from './check-format.ts'
import type { PasswordFormat } from './password-format.ts'
import { longestOf } from './password-format.ts'

/** Options of {@link passphrase}. */
export interface PassphraseOptions {
  /** Number of words, 1 to 20. Six words of a list of 7,776 have 77.5 bits. */
  readonly words: number
  /**
   * 2 to 65,536 different words of printable ASCII, such as one of the EFF's lists. No list is
   * bundled.
   */
  readonly list: readonly string[]
  /** One character between words that occurs in none of them. Default `.`. */
  readonly separator?: string | undefined
}

/**
 * Words from a list that the caller passes in.
 *
 * Where the rules demand an upper-case letter, the words are capitalised. Where the rules demand a
 * digit, a digit is added at the end.
 *
 * @throws {ForceResetError} `ERR_INVALID_FORMAT` for a list that is malformed, or a separator that
 *   occurs in a word.
 * @example
 * const list = (await readFile('eff_large_wordlist.txt', 'utf8')).split('\n')
 * const format = passphrase({ words: 6, list })
 */
export function passphrase(options: PassphraseOptions): PasswordFormat {
  const { words, list, separator = readableSeparator } = options
  const lower = Array.from(list ?? [], (word) => String(word).toLowerCase())
  checkFormat(options, {
    words: wholeNumber(1, 20),
    separator: aSeparator,
    list: {
      wanted: '2 to 65,536 different words of printable ASCII without the separator',
      fits: () =>
        lower.length >= 2 &&
        lower.length <= 65_536 &&
        new Set(lower).size === lower.length &&
        lower.every((word) => isPrintableAscii(word) && !word.includes(separator)),
    },
  })
  const longest = longestOf(lower)
  const shapes = {
    plain: lower,
    capitalised: lower.map((word) => word.charAt(0).toUpperCase() + word.slice(1)),
  }
  const present = classesIn(lower.join('') + separator)
  return {
    kind: 'passphrase',
    fit: (rules) => {
      const missing = missingClasses(present, rules)
      const count = Math.max(words, Math.ceil(((rules.minLength ?? 0) + 1) / (longest + 1)))
      const choices = missing.includes('upper') ? shapes.capitalised : shapes.plain
      const between = [separator]
      const parts = Array.from({ length: count }, () => choices)
      if (missing.includes('digit')) parts.push([...readable.digit])
      return { positions: parts.flatMap((part) => [between, part]).slice(1), anyOf: [] }
    },
  }
}
