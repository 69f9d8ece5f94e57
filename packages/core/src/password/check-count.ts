import { ForceResetError } from '../port/errors.ts'

/**
 * @throws {ForceResetError} `ERR_INVALID_FORMAT` unless `value` is a whole number from
 * `least` to `most`.
 */
export function checkCount(name: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw new ForceResetError(
      'ERR_INVALID_FORMAT',
      `${name} must be a whole number from ${least} to ${most}`,
    )
  }
}
