import type { CharacterClass, PasswordRules } from '../port/password.ts'

/**
 * The text that one position of a password may hold: one character, or a word of printable ASCII.
 * Tokens are no secret. Which tokens were drawn is one, so drawn tokens are never joined.
 */
export type Token = string

/** A format fitted to rules: the choices at each position, and the classes that have to occur. */
export interface PasswordPlan {
  readonly positions: readonly (readonly Token[])[]
  /** Of each of these groups at least one class occurs. */
  readonly anyOf: readonly (readonly CharacterClass[])[]
}

/**
 * The shape of a temporary password. Made by {@link grouped}, {@link characters} or
 * {@link passphrase}.
 */
export interface PasswordFormat {
  readonly kind: 'grouped' | 'characters' | 'passphrase'
  /**
   * The format, lengthened, shortened or widened as the rules demand; `undefined` where the rules
   * cannot be met.
   *
   * @internal
   */
  fit(rules: PasswordRules): PasswordPlan | undefined
}

/** The length of the longest text or token. */
export function longestOf(parts: readonly { readonly length: number }[]): number {
  return parts.reduce((most, { length }) => Math.max(most, length), 0)
}
