/** `symbol` is printable ASCII that is neither a letter nor a digit. */
export type CharacterClass = 'lower' | 'upper' | 'digit' | 'symbol'

/**
 * What a store demands of a password. Lengths are in characters; generated passwords are printable
 * ASCII, so also in bytes.
 */
export interface PasswordRules {
  /** At most 256: rules that demand more are refused as `rules_unsatisfiable`. */
  readonly minLength?: number | undefined
  readonly maxLength?: number | undefined
  /** Each of these occurs at least once. */
  readonly requiredClasses?: readonly CharacterClass[] | undefined
  /** At least so many of the four classes occur (Active Directory's complexity: 3). */
  readonly minClasses?: number | undefined
  /**
   * None of these occurs, whatever its case: account name, parts of the display name. Empty ones
   * are ignored.
   */
  readonly forbidden?: readonly string[] | undefined
  /** Rules that exist but could not be read, by name; they end in the receipt. */
  readonly unread?: readonly string[] | undefined
}
