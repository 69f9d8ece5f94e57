import type { OptionRule } from '../port/check-options.ts'
import { checkOptions, optional } from '../port/check-options.ts'
import { isPrintableAscii } from '../text/visible-text.ts'

/** The rule of an alphabet that may be left out. */
export const anAlphabet = optional({
  wanted: 'at least two different characters of printable ASCII without the space',
  fits: (text) => isPrintableAscii(text) && text.length > 1 && new Set(text).size === text.length,
})

/** The rule of a separator that may be left out. */
export const aSeparator = optional({
  wanted: 'one character of printable ASCII',
  fits: (text) => isPrintableAscii(text) && text.length === 1,
})

/** @throws {ForceResetError} `ERR_INVALID_FORMAT`, naming the option of the format. */
export function checkFormat(options: unknown, rules: Readonly<Record<string, OptionRule>>): void {
  checkOptions(options, rules, '', 'ERR_INVALID_FORMAT')
}
