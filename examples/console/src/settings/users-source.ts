/** The products that the console can be told of. */
export const directoryProducts = ['active-directory', 'openldap', '389-ds'] as const

/** A directory product. */
export type DirectoryProduct = (typeof directoryProducts)[number]

/** A directory in place of a table of users, as the environment describes it. */
export interface DirectorySettings {
  readonly product: DirectoryProduct
  /** `ldaps://…`, or `ldap://…` for StartTLS; the first that answers is used. */
  readonly urls: readonly string[]
  readonly baseDn: string
  readonly bindDn: string
  /**
   * A password in a file is read whenever a connection is opened, so that it can be replaced while
   * the console runs.
   */
  readonly bindPassword: { readonly value: string } | { readonly path: string }
  /** Path of a PEM file with the authorities to trust; `undefined`: those that Node brings. */
  readonly caPath: string | undefined
  /** DNs. `none` says that nobody is privileged. */
  readonly privilegedGroups: readonly string[] | 'none'
  /** DN of the password policy of accounts that name no policy of their own. */
  readonly defaultPolicy: string | undefined
  /**
   * Active Directory only: the attribute that resets are made conditional on, in place of
   * `pwdLastSet`.
   */
  readonly stampAttribute: string | undefined
  /** Whether no other server holds a copy. */
  readonly singleServer: boolean
  /** Path of the SQLite file of the audit trail; `undefined`: in memory. */
  readonly auditPath: string | undefined
}

/** Where the users are whose passwords are reset. */
export type UsersSource =
  /** Made up, in memory. */
  | { readonly in: 'samples' }
  /**
   * In an existing SQLite database; `tableConfigPath` is the file that names its tables and
   * columns.
   */
  | { readonly in: 'database'; readonly path: string; readonly tableConfigPath: string | undefined }
  | { readonly in: 'directory'; readonly directory: DirectorySettings }
