import { wholeNumber } from '../port/check-options.ts'
import { ForceResetError } from '../port/errors.ts'
import { isPrintableAscii } from '../port/visible-text.ts'

/** @throws {ForceResetError} `ERR_INVALID_FORMAT` unless `fits`. The message holds no value. */
export function checkPart(name: string, fits: boolean, wanted: string): void {
  if (!fits) throw new ForceResetError('ERR_INVALID_FORMAT', `${name} must be ${wanted}`)
}

/**
 * @throws {ForceResetError} `ERR_INVALID_FORMAT` unless the value is a whole number from 1 to
 *   `most`.
 */
export function checkCount(name: string, value: number, most: number): void {
  const { fits, wanted } = wholeNumber(1, most)
  checkPart(name, fits(value), wanted)
}

/**
 * @throws {ForceResetError} `ERR_INVALID_FORMAT` unless the text is at least two different
 *   characters of printable ASCII.
 */
export function checkAlphabet(alphabet: string): void {
  checkPart(
    'alphabet',
    isPrintableAscii(alphabet) && new Set(alphabet).size === alphabet.length && alphabet.length > 1,
    'at least two different characters of printable ASCII without the space',
  )
}

/** @throws {ForceResetError} `ERR_INVALID_FORMAT` unless the text is one printable character. */
export function checkSeparator(separator: string): void {
  checkPart(
    'separator',
    isPrintableAscii(separator) && separator.length === 1,
    'one character of printable ASCII',
  )
}
