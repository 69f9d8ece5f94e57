/**
 * The operator account: the entry of the directory that resets passwords on behalf of everybody who
 * uses this store.
 */
export interface Credentials {
  /** Its distinguished name; on Active Directory also `name@domain`. */
  readonly dn: string
  readonly password: string
}
