import { readFile, rm } from 'node:fs/promises'
import { listeningSockets } from '../process/loopback.ts'
import type { ServerProcess } from '../process/server-process.ts'
import type { CertificateFault, ThrowawayAuthorities } from '../process/throwaway-certificates.ts'
import type {
  DirectoryServer,
  NewUser,
  SampleName,
  SampleStatus,
  SampleUser,
  ServerAddress,
  SignIn,
} from './directory-server.ts'
import {
  type BindAnswer,
  type BindCredentials,
  type LdapToolTarget,
  ldapBind,
  ldapModify,
  ldapPasswd,
  ldapSearch,
} from './ldap-tools.ts'
import { type LdifEntry, ldifDelete } from './ldif.ts'

/** What differs between the directory products. */
export interface DirectoryParts {
  readonly folder: string
  readonly logFile: string
  readonly authorities: ThrowawayAuthorities
  readonly fault: CertificateFault | undefined
  readonly ldap: ServerAddress
  readonly ldaps: ServerAddress
  readonly baseDn: string
  readonly peopleDn: string
  readonly privilegedGroupDn: string
  readonly operator: BindCredentials
  readonly admin: BindCredentials
  readonly users: ReadonlyMap<SampleName, SampleUser>
  readonly logLevel: number
  launch(logLevel: number): Promise<ServerProcess>
  /** The running process that `launch` already gave. */
  readonly started: ServerProcess
  /** The entry of a new account, as LDIF; it is active. */
  newUser(wanted: NewUser): { readonly user: SampleUser; readonly ldif: string }
  /** The change that gives an account a status; `locked` is then reached by failing to sign in. */
  statusChange(dn: string, status: SampleStatus, entry: LdifEntry | undefined): string
  /** Attributes that `signIn` wants to see when a bind was refused. */
  readonly signInAttributes: readonly string[]
  signIn(answer: BindAnswer, entry: () => Promise<LdifEntry | undefined>): SignIn | Promise<SignIn>
  /** Failed sign-ins until an account is locked. */
  readonly lockAfter: number
  /** Overrides the choice of a new password by its user. */
  changeOwnPassword?(
    target: LdapToolTarget,
    dn: string,
    password: string,
    newPassword: string,
  ): Promise<'ok' | 'refused'>
  /** Called after the server has stopped for good. */
  released?(): Promise<void>
}

/** What every directory server does the same way, whatever its product. */
export function directoryServer<Product extends DirectoryServer['product']>(
  product: Product,
  parts: DirectoryParts,
): DirectoryServer & { readonly product: Product } {
  const { folder, admin, users, authorities } = parts
  const target: LdapToolTarget = {
    url: `ldaps://${parts.ldaps.host}:${parts.ldaps.port}`,
    caFile: authorities.caFile,
    folder,
    verify: (parts.fault ?? 'none') === 'none',
  }
  let running = parts.started
  let logLevel = parts.logLevel

  const search: DirectoryServer['search'] = (query) => ldapSearch(target, admin, query)
  const read: DirectoryServer['read'] = async (dn, attributes) =>
    (await search({ base: dn, scope: 'base', attributes }))[0]
  const modify: DirectoryServer['modify'] = (ldif) => ldapModify(target, admin, ldif)
  const setStatus = async ({ dn }: SampleUser, status: SampleStatus) => {
    await modify(parts.statusChange(dn, status, await read(dn)))
    if (status !== 'locked') return
    for (let failure = 0; failure < parts.lockAfter; failure += 1)
      await ldapBind(target, { dn, password: 'not the password' })
  }
  const stop = async () => {
    await running.stop()
    await rm(folder, { recursive: true, force: true })
    await parts.released?.()
  }

  return {
    product,
    url: target.url,
    startTlsUrl: `ldap://${parts.ldap.host}:${parts.ldap.port}`,
    ldap: parts.ldap,
    ldaps: parts.ldaps,
    ca: authorities.ca,
    caFile: authorities.caFile,
    untrustedCa: authorities.untrustedCa,
    baseDn: parts.baseDn,
    peopleDn: parts.peopleDn,
    privilegedGroupDn: parts.privilegedGroupDn,
    operator: parts.operator,
    admin,
    folder,
    sampleNames: [...users.keys()],
    get pid() {
      return running.pid
    },
    user(name) {
      const user = users.get(name)
      if (!user) throw new Error(`${product} has no sample account '${name}'.`)
      return user
    },
    async createUser(wanted = {}) {
      const { user, ldif } = parts.newUser(wanted)
      await modify(ldif)
      if (wanted.status !== undefined && wanted.status !== 'active')
        await setStatus(user, wanted.status)
      return user
    },
    setStatus,
    deleteUser: (dn) => modify(ldifDelete(dn)),
    canSignIn: async (dn, password) =>
      parts.signIn(await ldapBind(target, { dn, password }), () =>
        read(dn, parts.signInAttributes),
      ),
    changeOwnPassword: (dn, password, newPassword) =>
      parts.changeOwnPassword?.(target, dn, password, newPassword) ??
      ldapPasswd(target, { dn, password }, newPassword),
    search,
    read,
    modify,
    log: () => readFile(parts.logFile, 'utf8'),
    listening: () => listeningSockets(running.pid),
    async restart(change = {}) {
      await running.stop()
      logLevel = change.logLevel ?? logLevel
      running = await parts.launch(logLevel)
    },
    halt: () => running.stop(),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
