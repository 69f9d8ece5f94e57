import { type Entry, text } from '../../connection/entry.ts'

/**
 * Flags of `userAccountControl` ([MS-ADTS] 2.2.16). This package reads the flags and never writes
 * them.
 */
export const accountFlags = Object.freeze({
  disabled: 0x2,
  /** In `msDS-User-Account-Control-Computed` only. */
  lockedOut: 0x10,
  dontExpirePassword: 0x1_0000,
  smartcardRequired: 0x4_0000,
  /** Takes on the identity of everybody who signs in to a service of the account. */
  trustedForDelegation: 0x8_0000,
  /** The same without the person having signed in at all. */
  trustedToDelegate: 0x100_0000,
  /**
   * In `msDS-User-Account-Control-Computed` only. Also set while must-change is in force.
   */
  passwordExpired: 0x80_0000,
})

/**
 * Whether a flag is set; `undefined` where the attribute cannot be read.
 *
 * @example
 * const disabled = hasFlag(entry, 'userAccountControl', accountFlags.disabled)
 */
export function hasFlag(
  entry: Entry,
  attribute: 'userAccountControl' | 'msDS-User-Account-Control-Computed',
  flag: number,
): boolean | undefined {
  const value = text(entry, attribute)
  return value !== undefined && /^-?\d{1,10}$/.test(value)
    ? (Number(value) & flag) !== 0
    : undefined
}
