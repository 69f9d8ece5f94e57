import type { CharacterClass, PasswordRules } from '../port/password.ts'

/** The bytes that one position of a password may hold: one character, or a word. */
export type Token = Uint8Array<ArrayBuffer>

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

/** The token of printable ASCII, in memory of its own. */
export function token(text: string): Token {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
