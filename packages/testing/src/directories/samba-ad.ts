import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cachedFolder, copyFolder } from '../process/cached-folder.ts'
import { temporaryFolder } from '../process/caretaker.ts'
import { claimLoopbackAddress } from '../process/loopback.ts'
import { requireServer } from '../process/required-servers.ts'
import { mustRun, runTool } from '../process/run-tool.ts'
import { type ServerProcess, startServerProcess } from '../process/server-process.ts'
import {
  type CertificateFault,
  type ThrowawayCertificate,
  testAuthorities,
} from '../process/throwaway-certificates.ts'
import { type DirectoryServer, directoryServer, type SignIn } from './directory-server.ts'
import { type BindAnswer, ldapTryModify, withSecretFile } from './ldap-tools.ts'
import {
  escapeDnValue,
  type LdifAttributes,
  type LdifEntry,
  ldifEntry,
  ldifReplace,
  ldifSwap,
  textValue,
} from './ldif.ts'
import {
  freshUsername,
  type NewUser,
  randomPassword,
  type Sample,
  type SampleName,
  type SampleStatus,
  type SampleUser,
  samples,
} from './sample-users.ts'

/** How a throwaway domain controller differs from the usual one. */
export interface SambaAdOptions {
  /** Default `none`. */
  readonly certificate?: CertificateFault | undefined
  /** Samba's debug level, 0 (the default) to 10. At 10 Samba logs requests. */
  readonly logLevel?: number | undefined
  /** Further lines for the `[global]` section of smb.conf. */
  readonly configuration?: string | undefined
  /** LDIF changes that the administrator applies once the server runs. */
  readonly ldif?: string | undefined
}

/** A throwaway domain controller of Active Directory. Only the LDAP service of Samba runs. */
export interface SambaAdServer extends DirectoryServer {
  readonly product: 'samba'
  /** `ad.test` */
  readonly domain: string
  /**
   * Signs in by NTLM in a SASL bind, with Samba's own client. A wrong password counts towards the
   * lock.
   */
  canSignInByNtlm(username: string, password: string): Promise<SignIn>
}

const baseDn = 'DC=ad,DC=test'
const dns = {
  admin: `CN=Administrator,CN=Users,${baseDn}`,
  people: `OU=People,${baseDn}`,
  operator: `CN=Help Desk,OU=Services,${baseDn}`,
  privileged: `CN=Domain Admins,CN=Users,${baseDn}`,
  nested: `CN=Senior Admins,OU=Groups,${baseDn}`,
}
const realm = 'AD.TEST'
const workgroup = 'ADTEST'

/** The same on each run, because the provisioned folder is kept. Only loopback ever sees them. */
const adminPassword = 'Provisioned-once-4711-q7'
const operatorPassword = 'Delegated-rights-0815-q7'

const knownSamples: readonly SampleName[] = [
  'active',
  'second',
  'pending',
  'locked',
  'disabled',
  'expired',
  'neverExpires',
  'smartcard',
  'privileged',
  'nestedPrivileged',
  'nonAscii',
  'comma',
  'hostile',
  'long',
  'bare',
]

/** Flags of userAccountControl ([MS-ADTS] 2.2.16). */
const normalAccount = 0x200
const accountDisable = 0x2
const dontExpirePassword = 0x1_0000
const smartcardRequired = 0x4_0000

/**
 * The attributes of the domain that differ from the defaults of Samba. Passwords of a kept folder
 * must not grow old, and three failures lock.
 */
const domainPolicy = {
  minPwdLength: '12',
  minPwdAge: '0',
  maxPwdAge: '-9223372036854775808',
  lockoutThreshold: '3',
  lockoutDuration: '-18000000000',
  lockOutObservationWindow: '-18000000000',
}
const lockAfter = Number(domainPolicy.lockoutThreshold)

const ports = [389, 636, 3268, 3269]

/**
 * Starts a throwaway domain controller of Active Directory, from Debian's Samba. Ports 389 and 636
 * cannot be chosen, so each server has a loopback address of its own. Needs root.
 *
 * The domain is provisioned once (some ten seconds) and kept under the system's temporary folder. A
 * copy then starts in about a second.
 *
 * @example
 * await using server = await startSambaAd()
 */
export async function startSambaAd(options: SambaAdOptions = {}): Promise<SambaAdServer> {
  requireServer('samba')
  const folder = temporaryFolder('samba')
  const [authorities, provisioned, claimed] = await Promise.all([
    testAuthorities(),
    provisionedFolder(),
    claimLoopbackAddress(ports),
  ])
  const { address } = claimed
  const [certificate] = await Promise.all([
    authorities.issue([address, '127.0.0.1', 'localhost', 'dc1.ad.test'], options.certificate),
    copyFolder(provisioned, folder),
  ])
  const files = { configuration: join(folder, 'smb.conf'), log: join(folder, 'samba.log') }
  await writeFile(
    files.configuration,
    configurationText({ folder, address, certificate, options }),
    { mode: 0o600 },
  )
  await mkdir(join(folder, 'sockets'), { mode: 0o700 })

  const launch = (logLevel: number) => launchSamba({ ...files, address, logLevel })
  const server = directoryServer('samba', {
    folder,
    authorities,
    baseDn,
    lockAfter,
    launch,
    newUser,
    statusChange,
    signIn,
    logFile: files.log,
    fault: options.certificate,
    ldap: { host: address, port: 389 },
    ldaps: { host: address, port: 636 },
    peopleDn: dns.people,
    privilegedGroupDn: dns.privileged,
    operator: { dn: dns.operator, password: operatorPassword },
    admin: { dn: dns.admin, password: adminPassword },
    users: new Map(samples(knownSamples).map((sample) => [sample.name, sampleUser(sample)])),
    logLevel: options.logLevel ?? 0,
    started: await launch(options.logLevel ?? 0),
    signInAttributes: [],
    changeOwnPassword: (target, dn, password, newPassword) =>
      ldapTryModify(
        target,
        { dn, password },
        ldifSwap(dn, 'unicodePwd', quotedUtf16(password), quotedUtf16(newPassword)),
      ).then((result) => (result === 0 ? 'ok' : 'refused')),
    released: () => claimed.release(),
  })
  // A lock ends by itself after thirty minutes, so the kept folder cannot hold one.
  await server.setStatus(server.user('locked'), 'locked')
  if (options.ldif !== undefined) await server.modify(options.ldif)
  return Object.assign(server, {
    domain: realm.toLowerCase(),
    canSignInByNtlm: (username: string, password: string) =>
      signInByNtlm({ folder, configuration: files.configuration, address }, username, password),
  })
}

async function launchSamba(run: {
  configuration: string
  log: string
  address: string
  logLevel: number
}): Promise<ServerProcess> {
  const args = [
    '-i',
    '-M',
    'single',
    '-d',
    String(run.logLevel),
    '--debug-stdout',
    `--configfile=${run.configuration}`,
  ]
  const server = startServerProcess({ command: 'samba', args, logFile: run.log })
  await server.ready([
    { host: run.address, port: 389 },
    { host: run.address, port: 636 },
  ])
  return server
}

/** The domain with its sample accounts, made once for each version of Samba and each seed. */
async function provisionedFolder(): Promise<string> {
  const script = fileURLToPath(new URL('./samba-provision.py', import.meta.url))
  const version = await mustRun('samba', ['--version'])
  const order = provisionOrder()
  const key = createHash('sha256')
    .update(version)
    .update(await readFile(script))
    .update(JSON.stringify(order))
    .digest('hex')
    .slice(0, 16)
  return cachedFolder(`samba-${key}`, async (folder) => {
    // The full name, because only Debian's python has Samba's modules.
    await mustRun('/usr/bin/python3', [script], { input: JSON.stringify({ ...order, folder }) })
  })
}

function provisionOrder(): object {
  const seeds = samples(knownSamples)
  const dnOf = (name: SampleName) =>
    seeds.filter((sample) => sample.name === name).map((sample) => sampleUser(sample).dn)
  const unit = (name: string) => ({
    dn: `OU=${name},${baseDn}`,
    attributes: { objectClass: 'organizationalUnit' },
  })
  const entries: readonly { dn: string; attributes: LdifAttributes }[] = [
    ...['People', 'Groups', 'Services'].map(unit),
    {
      dn: dns.operator,
      attributes: userAttributes({
        username: 'helpdesk',
        password: operatorPassword,
        flags: normalAccount,
      }),
    },
    ...seeds.map((sample) => ({ dn: sampleUser(sample).dn, attributes: sampleAttributes(sample) })),
    { dn: dns.nested, attributes: { objectClass: 'group', sAMAccountName: 'Senior Admins' } },
    // A careless filter takes a computer for a user.
    {
      dn: `CN=PC1,${dns.people}`,
      attributes: { objectClass: 'computer', sAMAccountName: 'PC1$', userAccountControl: '4096' },
    },
  ]
  return {
    realm,
    domain: workgroup,
    hostname: 'dc1',
    adminPassword,
    policy: domainPolicy,
    serviceAccountDn: dns.operator,
    peopleDn: dns.people,
    options: { interfaces: 'lo', 'bind interfaces only': 'yes' },
    entries: entries.map(({ dn, attributes }) => ({ dn, attributes: base64Values(attributes) })),
    // Each of the two groups contains the other: code that follows members must still end.
    memberships: [
      { group: dns.privileged, members: [...dnOf('privileged'), dns.nested] },
      { group: dns.nested, members: [...dnOf('nestedPrivileged'), dns.privileged] },
    ],
  }
}

function base64Values(attributes: LdifAttributes): Record<string, string[]> {
  const pairs = Object.entries(attributes).map(([name, value]) => {
    const values =
      value === undefined
        ? []
        : typeof value === 'string' || value instanceof Uint8Array
          ? [value]
          : value
    return [name, values.map((each) => Buffer.from(each).toString('base64'))] as const
  })
  return Object.fromEntries(pairs.filter(([, values]) => values.length > 0))
}

interface ConfigurationParts {
  readonly folder: string
  readonly address: string
  readonly certificate: ThrowawayCertificate
  readonly options: SambaAdOptions
}

/**
 * Only the LDAP service, on one address, with every folder of its own. In place of the commands
 * that Samba runs now and then stands one that does nothing.
 */
function configurationText({ folder, address, certificate, options }: ConfigurationParts): string {
  return `[global]
netbios name = DC1
realm = ${realm}
workgroup = ${workgroup}
server role = active directory domain controller
server services = ldap
dcerpc endpoint servers =
disable netbios = yes
interfaces = ${address}/8
bind interfaces only = yes
private dir = ${folder}/private
state directory = ${folder}/state
cache directory = ${folder}/cache
lock directory = ${folder}
pid directory = ${folder}
ncalrpc dir = ${folder}/sockets/ncalrpc
ntp signd socket directory = ${folder}/sockets/ntp
winbindd socket directory = ${folder}/sockets/winbindd
binddns dir = ${folder}/bind-dns
usershare path =
log file = ${folder}/samba.log
tls enabled = yes
tls keyfile = ${certificate.keyFile}
tls certfile = ${certificate.certificateFile}
tls cafile = ${certificate.authorityFile}
ldap server require strong auth = allow_sasl_over_tls
kccsrv:samba_kcc = no
dns update command = /bin/true
spn update command = /bin/true
gpo update command = /bin/true
samba kcc command = /bin/true
${options.configuration ?? ''}
`
}

function sampleUser({ username, cn, password, displayName, mail }: Sample): SampleUser {
  return {
    dn: `CN=${escapeDnValue(cn)},${dns.people}`,
    username,
    password,
    displayName,
    mail: mail?.[0],
  }
}

/** `mail` has one value on Active Directory. Further addresses go into proxyAddresses. */
function sampleAttributes({
  name,
  username,
  password,
  givenName,
  surname,
  displayName,
  mail,
  status,
}: Sample): LdifAttributes {
  const flags =
    (status === 'disabled' ? accountDisable : 0) |
    (name === 'neverExpires' ? dontExpirePassword : 0) |
    (name === 'smartcard' ? smartcardRequired : 0)
  return {
    ...userAttributes({ username, password, flags: normalAccount | flags }),
    givenName,
    sn: surname,
    displayName,
    mail: mail?.[0],
    proxyAddresses: mail?.map((address, index) => `${index === 0 ? 'SMTP' : 'smtp'}:${address}`),
    pwdLastSet: status === 'pending' ? '0' : undefined,
    accountExpires: name === 'expired' ? fileTime(new Date('2020-01-01T00:00:00Z')) : undefined,
  }
}

function userAttributes({
  username,
  password,
  flags,
}: {
  username: string
  password: string
  flags: number
}): LdifAttributes {
  return {
    objectClass: 'user',
    sAMAccountName: username,
    userPrincipalName: `${username.replace(/[^\w.-]/g, '_')}@${realm.toLowerCase()}`,
    unicodePwd: quotedUtf16(password),
    userAccountControl: String(flags),
  }
}

function newUser(wanted: NewUser): { user: SampleUser; ldif: string } {
  const username = wanted.username ?? freshUsername()
  const { displayName, mail, attributes, password = randomPassword() } = wanted
  const dn = `CN=${escapeDnValue(username)},${dns.people}`
  const ldif = ldifEntry(dn, {
    ...userAttributes({ username, password, flags: normalAccount }),
    displayName,
    mail,
    ...attributes,
  })
  return { user: { dn, username, password, displayName, mail }, ldif }
}

/** Keeps the other flags. `locked` starts as `active`: failed sign-ins make the lock. */
function statusChange(dn: string, status: SampleStatus, entry: LdifEntry | undefined): string {
  const flags = Number((entry && textValue(entry, 'userAccountControl')) ?? normalAccount)
  return ldifReplace(dn, {
    userAccountControl: String(
      status === 'disabled' ? flags | accountDisable : flags & ~accountDisable,
    ),
    pwdLastSet: status === 'pending' ? '0' : '-1',
    lockoutTime: '0',
  })
}

/**
 * A password in the form of `unicodePwd` ([MS-ADTS] 3.1.1.3.1.5.1). For preparing tests only,
 * because the password is a string.
 */
export function quotedUtf16(password: string): Buffer {
  return Buffer.from(`"${password}"`, 'utf16le')
}

/** Hundred-nanosecond steps since 1601. */
function fileTime(date: Date): string {
  return String((BigInt(date.getTime()) + 11_644_473_600_000n) * 10_000n)
}

/**
 * The meaning of `data` in the diagnostic message of a refused bind: a Windows error in
 * hexadecimal.
 */
const bindErrors: Readonly<Record<string, SignIn>> = {
  '525': 'refused',
  '52e': 'refused',
  '532': 'expired',
  '533': 'disabled',
  '701': 'expired',
  '773': 'must_change',
  '775': 'locked',
}

function signIn({ result, said }: BindAnswer): SignIn {
  if (result === 0) return 'ok'
  const data = /\bdata ([0-9a-f]+)/i.exec(said)?.[1]?.toLowerCase()
  const known = data === undefined ? undefined : bindErrors[data]
  if (known === undefined) throw new Error(`The bind was answered with ${result}: ${said.trim()}`)
  return known
}

/** `ldbsearch` with Kerberos off speaks NTLM inside SPNEGO. */
async function signInByNtlm(
  at: { readonly folder: string; readonly configuration: string; readonly address: string },
  username: string,
  password: string,
): Promise<SignIn> {
  const credentials = `username=${username}\npassword=${password}\ndomain=${workgroup}\n`
  const outcome = await withSecretFile(at.folder, credentials, (file) =>
    runTool('ldbsearch', [
      '-H',
      `ldap://${at.address}`,
      '-A',
      file,
      '--use-kerberos=off',
      `--configfile=${at.configuration}`,
      '-s',
      'base',
      '-b',
      '',
      'dn',
    ]),
  )
  return signIn({ result: outcome.status === 0 ? 0 : 49, said: outcome.stderr.toString() })
}
