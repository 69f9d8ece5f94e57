import type { ServerAddress } from '../process/loopback.ts'
import type { CertificateFault } from '../process/throwaway-certificates.ts'
import {
  type ServerParts,
  type ThrowawayServer,
  throwawayServer,
} from '../process/throwaway-server.ts'
import {
  type BindAnswer,
  type BindCredentials,
  type LdapSearch,
  type LdapToolTarget,
  ldapBind,
  ldapModify,
  ldapPasswd,
  ldapSearch,
} from './ldap-tools.ts'
import { type LdifEntry, ldifDelete } from './ldif.ts'
import type { NewUser, SampleName, SampleStatus, SampleUser } from './sample-users.ts'

/**
 * What happens when somebody signs in, found out by C tools, never by the client under test.
 *
 * `refused` is every other refusal: wrong password, no such account. A product that tells nothing
 * more to somebody with a wrong password says `refused` for a locked account too.
 */
export type SignIn = 'ok' | 'must_change' | 'refused' | 'locked' | 'disabled' | 'expired'

/**
 * A throwaway directory server on loopback. Its functions use C tools, never the client under test.
 */
export interface DirectoryServer extends ThrowawayServer<number> {
  readonly product: 'openldap' | 'samba' | '389ds'
  /** `ldaps://…` */
  readonly url: string
  /** `ldap://…`, for StartTLS. */
  readonly startTlsUrl: string
  readonly ldaps: ServerAddress
  readonly ldap: ServerAddress
  readonly baseDn: string
  /** The parent of the users. */
  readonly peopleDn: string
  /** The privileged group; {@link SampleName} `privileged` and `nestedPrivileged` are in it. */
  readonly privilegedGroupDn: string
  /** The service account: it may reset passwords, and do nothing that a reset does not need. */
  readonly operator: BindCredentials
  /** The account that may do everything; for preparing a test, never for the code under test. */
  readonly admin: BindCredentials

  /** One of the accounts made at the start. Throws where the product has no such account. */
  user(name: SampleName): SampleUser
  /** The accounts that were made at the start. */
  readonly sampleNames: readonly SampleName[]
  /** Makes an account. */
  createUser(user?: NewUser): Promise<SampleUser>
  /**
   * Makes an account active, pending, locked or disabled. For `locked`, the account must still have
   * its first password.
   */
  setStatus(user: SampleUser, status: SampleStatus): Promise<void>
  deleteUser(dn: string): Promise<void>

  /** Signs in with a simple bind over LDAPS. A wrong password counts towards the lock. */
  canSignIn(dn: string, password: string): Promise<SignIn>
  /**
   * Signs in with `password` and chooses `newPassword`, as the user would (RFC 3062). On Active
   * Directory this is `delete` and `add`, which a pending user may not do.
   */
  changeOwnPassword(dn: string, password: string, newPassword: string): Promise<'ok' | 'refused'>
  /** Searches as the administrator. */
  search(search: LdapSearch): Promise<LdifEntry[]>
  /** Reads one entry as the administrator. */
  read(dn: string, attributes?: readonly string[]): Promise<LdifEntry | undefined>
  /** Applies LDIF changes as the administrator; records without `changetype` are added. */
  modify(ldif: string): Promise<void>
}

/** What differs between the directory products. */
export interface DirectoryParts extends ServerParts<number> {
  readonly fault: CertificateFault | undefined
  readonly ldap: ServerAddress
  readonly ldaps: ServerAddress
  readonly baseDn: string
  readonly peopleDn: string
  readonly privilegedGroupDn: string
  readonly operator: BindCredentials
  readonly admin: BindCredentials
  readonly users: ReadonlyMap<SampleName, SampleUser>
  /** The entry of a new account, as LDIF. The account is active. */
  newUser(wanted: NewUser): { readonly user: SampleUser; readonly ldif: string }
  /** The change that gives an account a status. Failed sign-ins then make the status `locked`. */
  statusChange(dn: string, status: SampleStatus, entry: LdifEntry | undefined): string
  /** Attributes that `signIn` reads when a bind was refused. */
  readonly signInAttributes: readonly string[]
  signIn(answer: BindAnswer, entry: () => Promise<LdifEntry | undefined>): SignIn | Promise<SignIn>
  /** Failed sign-ins until an account is locked. */
  readonly lockAfter: number
  /** In place of `ldappasswd`: how a user chooses a new password. */
  changeOwnPassword?(
    target: LdapToolTarget,
    dn: string,
    password: string,
    newPassword: string,
  ): Promise<'ok' | 'refused'>
}

/** What every directory server does the same way. */
export function directoryServer<Product extends DirectoryServer['product']>(
  product: Product,
  parts: DirectoryParts,
): DirectoryServer & { readonly product: Product } {
  const { admin, users, ldap, ldaps } = parts
  const target: LdapToolTarget = {
    url: `ldaps://${ldaps.host}:${ldaps.port}`,
    caFile: parts.authorities.caFile,
    folder: parts.folder,
    verify: (parts.fault ?? 'none') === 'none',
  }

  const search: DirectoryServer['search'] = (query) => ldapSearch(target, admin, query)
  const read: DirectoryServer['read'] = async (dn, attributes) =>
    (await search({ base: dn, scope: 'base', attributes }))[0]
  const modify: DirectoryServer['modify'] = (ldif) => ldapModify(target, admin, ldif)
  const setStatus: DirectoryServer['setStatus'] = async ({ dn }, status) => {
    await modify(parts.statusChange(dn, status, await read(dn)))
    if (status !== 'locked') return
    for (let failure = 0; failure < parts.lockAfter; failure += 1)
      await ldapBind(target, { dn, password: 'not the password' })
  }
  const user: DirectoryServer['user'] = (name) => {
    const found = users.get(name)
    if (!found) throw new Error(`${product} has no sample account '${name}'.`)
    return found
  }
  const createUser: DirectoryServer['createUser'] = async (wanted = {}) => {
    const made = parts.newUser(wanted)
    await modify(made.ldif)
    if (wanted.status !== undefined && wanted.status !== 'active')
      await setStatus(made.user, wanted.status)
    return made.user
  }
  const canSignIn: DirectoryServer['canSignIn'] = async (dn, password) =>
    parts.signIn(await ldapBind(target, { dn, password }), () => read(dn, parts.signInAttributes))
  const changeOwnPassword: DirectoryServer['changeOwnPassword'] = (dn, password, newPassword) =>
    parts.changeOwnPassword?.(target, dn, password, newPassword) ??
    ldapPasswd(target, { dn, password }, newPassword)

  return Object.assign(throwawayServer(parts), {
    product,
    url: target.url,
    startTlsUrl: `ldap://${ldap.host}:${ldap.port}`,
    ldap,
    ldaps,
    baseDn: parts.baseDn,
    peopleDn: parts.peopleDn,
    privilegedGroupDn: parts.privilegedGroupDn,
    operator: parts.operator,
    admin,
    sampleNames: [...users.keys()],
    user,
    createUser,
    setStatus,
    deleteUser: (dn: string) => modify(ldifDelete(dn)),
    canSignIn,
    changeOwnPassword,
    search,
    read,
    modify,
  })
}
