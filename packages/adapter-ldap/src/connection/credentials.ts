/** The service account: the entry of the directory as which this store binds and writes. */
export interface Credentials {
  /** Its distinguished name; on Active Directory also `name@domain`. */
  readonly dn: string
  readonly password: string
}
