import type { ListeningSocket } from '../process/loopback.ts'
import type { BindCredentials, LdapSearch } from './ldap-tools.ts'
import type { LdifEntry } from './ldif.ts'

/**
 * What happens when somebody signs in, found out by C tools, never by the client under test.
 *
 * `refused` is every other refusal: wrong password, no such account. A product that does not tell more to somebody with a wrong password says `refused`
 * for a locked account too.
 */
export type SignIn = 'ok' | 'must_change' | 'refused' | 'locked' | 'disabled' | 'expired'

/** State of a made-up account. `locked` is by failed sign-ins, `disabled` by an administrator. */
export type SampleStatus = 'active' | 'pending' | 'locked' | 'disabled'

/**
 * The accounts that every throwaway directory has from the start. Not every product knows every
 * kind.
 */
export type SampleName =
  /** Two ordinary accounts. */
  | 'active'
  | 'second'
  /** Never signed in and must change. */
  | 'pending'
  /** Locked by failed sign-ins, with the right password known. */
  | 'locked'
  /** Disabled by an administrator. */
  | 'disabled'
  /** Its validity has ended (Active Directory: `accountExpires`; OpenLDAP: `pwdEndTime`). */
  | 'expired'
  /**
   * Must-change has no effect on it: DONT_EXPIRE_PASSWD, or a password policy without
   * `pwdMustChange`.
   */
  | 'neverExpires'
  /** Active Directory only: signs in by smart card; must-change has no effect either. */
  | 'smartcard'
  /** Member of the privileged group. */
  | 'privileged'
  /**
   * Member of a group that is a member of the privileged group; the two groups contain each other.
   */
  | 'nestedPrivileged'
  /** Names in Latin with diacritics, Chinese and Arabic. */
  | 'nonAscii'
  /** `CN=Doe\, John`. */
  | 'comma'
  /** Filter and DN metacharacters and a right-to-left override in its names. */
  | 'hostile'
  /** A display name of 250 characters, and two mail addresses. */
  | 'long'
  /** No display name and no mail. */
  | 'bare'

/** A made-up account. Its password is thrown away with the server. */
export interface SampleUser {
  readonly dn: string
  /** `uid`, or `sAMAccountName` on Active Directory. */
  readonly username: string
  /** The password it has at the start: the "old" one of a reset. */
  readonly password: string
  readonly displayName?: string | undefined
  readonly mail?: string | undefined
}

/** An account to make. */
export interface NewUser {
  /** Default: a new one on each call. */
  readonly username?: string | undefined
  /** Default: random, and good enough for every policy here. */
  readonly password?: string | undefined
  /** Default `active`. */
  readonly status?: SampleStatus | undefined
  readonly displayName?: string | undefined
  readonly mail?: string | undefined
  /** Further attributes. */
  readonly attributes?: Readonly<Record<string, string | readonly string[]>> | undefined
}

/** The network address of a server. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
}

/**
 * A throwaway directory server on loopback. Everything that looks at it or changes it goes through
 * C tools.
 */
export interface DirectoryServer {
  readonly product: 'openldap' | 'samba' | '389ds'
  /** `ldaps://…` */
  readonly url: string
  /** `ldap://…`, for StartTLS. */
  readonly startTlsUrl: string
  readonly ldaps: ServerAddress
  readonly ldap: ServerAddress
  /**
   * PEM of the authority that signed its certificate (unless the certificate is wrong on purpose:
   * then it is still the trusted one).
   */
  readonly ca: string
  readonly caFile: string
  /** PEM of an authority that did not. */
  readonly untrustedCa: string
  readonly baseDn: string
  /** Where the users are. */
  readonly peopleDn: string
  /** The privileged group; {@link SampleName} `privileged` and `nestedPrivileged` are in it. */
  readonly privilegedGroupDn: string
  /** The least-privilege account that resets passwords. */
  readonly operator: BindCredentials
  /** The account that may do everything; for preparing a test, never for the code under test. */
  readonly admin: BindCredentials
  /** Process id now (it changes with `restart`). */
  readonly pid: number
  /** Temporary folder with everything the server stores: data, logs, keys. */
  readonly folder: string

  /** One of the accounts made at the start. Throws where the product has no such kind. */
  user(name: SampleName): SampleUser
  /** Which accounts were made at the start. */
  readonly sampleNames: readonly SampleName[]
  /** Makes an account. */
  createUser(user?: NewUser): Promise<SampleUser>
  /**
   * Makes an account active, pending, locked or disabled. Setting `locked` needs its password
   * unchanged since it was made.
   */
  setStatus(user: SampleUser, status: SampleStatus): Promise<void>
  deleteUser(dn: string): Promise<void>

  /** Signs in with a simple bind over LDAPS. A wrong password counts towards the lock. */
  canSignIn(dn: string, password: string): Promise<SignIn>
  /**
   * Signs in with `password` and chooses `newPassword`, as the user would (RFC 3062;
   * `delete` + `add` on Active Directory, where a pending user cannot).
   */
  changeOwnPassword(dn: string, password: string, newPassword: string): Promise<'ok' | 'refused'>
  /** Searches as the administrator. */
  search(search: LdapSearch): Promise<LdifEntry[]>
  /** Reads one entry as the administrator. */
  read(dn: string, attributes?: readonly string[]): Promise<LdifEntry | undefined>
  /** Applies LDIF changes as the administrator; records without `changetype` are added. */
  modify(ldif: string): Promise<void>

  /** Everything the server has logged so far. */
  log(): Promise<string>
  /** Sockets it listens on. */
  listening(): Promise<ListeningSocket[]>
  /** Stops it and starts it again on the same data and addresses. */
  restart(change?: { readonly logLevel?: number | undefined }): Promise<void>
  /** Stops the process and keeps the data; `restart` brings it back. */
  halt(): Promise<void>
  /** Stops it and removes its folder. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}
