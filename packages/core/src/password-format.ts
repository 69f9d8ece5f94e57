/** The shape of a temporary password: for each position the tokens to choose from. Made by `grouped`, `characters` or `passphrase`. */
export interface PasswordFormat {
  readonly kind: 'grouped' | 'characters' | 'passphrase'
}
