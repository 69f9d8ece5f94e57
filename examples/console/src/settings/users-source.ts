/** The products that the console can be told of. */
export const directoryProducts = ['active-directory', 'openldap', '389-ds'] as const

/** A directory product. */
export type DirectoryProduct = (typeof directoryProducts)[number]

/** An attribute, and the value that it has; `undefined`: any value. */
export interface AttributeTest {
  readonly attribute: string
  readonly value: string | undefined
}

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
  /** Further accounts that are privileged: DNs, or ids. */
  readonly privilegedAccounts: readonly string[] | undefined
  /** An account with one of these is privileged. */
  readonly privilegedWhere: readonly AttributeTest[] | undefined
  /** An account with one of these is Suspended. */
  readonly suspendedWhere: readonly AttributeTest[] | undefined
  /** An account with one of these signs in elsewhere. */
  readonly signsInElsewhere: readonly AttributeTest[] | undefined
  /** DNs in privileged groups that stand for nobody. */
  readonly absentMembers: readonly string[] | undefined
  readonly otherHashes: 'refuse' | 'survive' | 'renewed' | undefined
  readonly resetServiceAccounts: boolean | undefined
  readonly resetFormerAdministrators: boolean | undefined
  /** DN of an account that the diagnosis at the start may set a password of. */
  readonly throwawayAccount: string | undefined
  /** Whether a reset writes its day into `shadowLastChange`. */
  readonly shadowLastChange: boolean | undefined
  readonly unlock: boolean | undefined
  readonly userFilter: string | undefined
  readonly idAttribute: 'nsUniqueId' | 'entryUUID' | 'ipaUniqueID' | undefined
  readonly usernameAttribute: string | undefined
  readonly emailAttribute: string | undefined
  readonly nameAttributes: readonly string[] | undefined
  readonly searchAttributes: readonly string[] | undefined
  readonly searchMode: 'prefix' | 'substring' | undefined
  /** Names as operators read them, each with its attribute, in the order to show. */
  readonly facts: Readonly<Record<string, string>> | undefined
  /** Whether the pages show when a password was set, when an account ends, and the like. */
  readonly moments: boolean | undefined
  /** The name in the certificate, where it is not the host of the URL. */
  readonly tlsName: string | undefined
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
