import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '../process/caretaker.ts'
import { onFreePorts, type ServerAddress } from '../process/loopback.ts'
import { requireServer } from '../process/required-servers.ts'
import { mustRun } from '../process/run-tool.ts'
import { type ServerProcess, startServerProcess } from '../process/server-process.ts'
import {
  type CertificateFault,
  type ThrowawayCertificate,
  testAuthorities,
} from '../process/throwaway-certificates.ts'
import { type DirectoryServer, directoryServer, type SignIn } from './directory-server.ts'
import type { BindAnswer, BindCredentials } from './ldap-tools.ts'
import { escapeDnValue, type LdifEntry, ldifEntry, ldifReplace, textValue } from './ldif.ts'
import {
  freshUsername,
  type NewUser,
  randomPassword,
  type Sample,
  type SampleName,
  type SampleStatus,
  type SampleUser,
  saltedSha1,
  samples,
} from './sample-users.ts'

/** How a throwaway slapd differs from the usual one. */
export interface OpenLdapOptions {
  /** Default `none`. */
  readonly certificate?: CertificateFault | undefined
  /** Refuse simple binds and updates without TLS. Default `true`. */
  readonly requireTls?: boolean | undefined
  /**
   * Attributes of the default password policy that differ, such as `{ pwdMinLength: '8' }`. `null`
   * leaves an attribute out.
   */
  readonly policy?: Readonly<Record<string, string | null>> | undefined
  /**
   * The right of the service account on `userPassword`. `=w`, the default: write only. `manage`:
   * the server sets `pwdReset` by itself, but checks neither quality nor history.
   */
  readonly operatorRight?: '=w' | 'manage' | undefined
  /**
   * The database with the password policy overlay. The module is loaded, but for `not_loaded`.
   *
   * - `people`, the default: the one database with everything.
   * - `none`: no database.
   * - `another`: a database without accounts.
   * - `subordinate`: a database of the people alone, subordinate to the rest (slapd.conf(5)).
   * - `superior`: the database of the rest, where the people have one of their own.
   * - `not_loaded`: no database, and the server does not know the module. There are no policies.
   */
  readonly overlayOn?:
    | 'people'
    | 'none'
    | 'another'
    | 'superior'
    | 'subordinate'
    | 'not_loaded'
    | undefined
  /**
   * Whether the service account may read which default policy `cn=config` names. Default `true`.
   */
  readonly showsDefaultPolicy?: boolean | undefined
  /** Access rules in front of the usual ones; end them with `by * break`. */
  readonly access?: string | undefined
  /**
   * Number of further users `bulk0000000` …, without passwords, for searches in large directories.
   * Default 0.
   */
  readonly bulkUsers?: number | undefined
  /** As after `slapd -d`: 0 nothing (the default), 256 operations, -1 everything with values. */
  readonly logLevel?: number | undefined
  /** Lines for the end of the configuration file, where the database is described. */
  readonly configuration?: string | undefined
  /** LDIF that is loaded after the sample entries. */
  readonly ldif?: string | undefined
  /** Most bytes of each database (`maxsize`), after which slapd writes no more. Default 1 GiB. */
  readonly databaseBytes?: number | undefined
  /** Takes part in the replication of two servers that both take writes. Default: no. */
  readonly replication?: OpenLdapReplication | undefined
}

/** How a slapd takes part in a pair (`multiprovider`, slapd.conf(5)). */
export interface OpenLdapReplication {
  /** The number that the server puts into the `entryCSN` of each write. */
  readonly serverId: number
  /** `ldaps://…` of the other server. */
  readonly provider: string
  /**
   * Writes after which the server notes how far it has come (`syncprov-checkpoint`). Default 1. A
   * server that dies by SIGKILL never hands on the writes after its last note.
   */
  readonly checkpointOperations?: number | undefined
  /** The server whose entries and administrator this one starts with. Default: its own. */
  readonly copyOf?: OpenLdapServer | undefined
}

/** A throwaway slapd with the password policy overlay. */
export interface OpenLdapServer extends DirectoryServer {
  readonly product: 'openldap'
  /** The default password policy's entry. */
  readonly policyDn: string
  /** Everything that is stored, as LDIF (`slapcat`). */
  dump(): Promise<string>
}

const suffix = 'dc=example,dc=test'
const dns = {
  admin: `cn=admin,${suffix}`,
  operator: `cn=helpdesk,ou=services,${suffix}`,
  people: `ou=people,${suffix}`,
  policy: `cn=default,ou=policies,${suffix}`,
  relaxedPolicy: `cn=no-must-change,ou=policies,${suffix}`,
  privileged: `cn=admins,ou=groups,${suffix}`,
  nested: `cn=senior-admins,ou=groups,${suffix}`,
}

const knownSamples: readonly SampleName[] = [
  'active',
  'second',
  'pending',
  'locked',
  'disabled',
  'expired',
  'neverExpires',
  'privileged',
  'nestedPrivileged',
  'nonAscii',
  'comma',
  'hostile',
  'long',
  'bare',
]

/** Samples without an attribute of the password policy. */
const ordinarySamples: readonly SampleName[] = [
  'active',
  'second',
  'privileged',
  'nestedPrivileged',
]

/** The lock of an administrator, which never ends by itself (slapo-ppolicy(5)). */
const lockedForGood = '000001010000Z'

/**
 * Starts a throwaway slapd on free ports of 127.0.0.1, from Debian's binaries. Takes well under a
 * second.
 *
 * @example
 * await using server = await startOpenLdap({ policy: { pwdMinLength: '8' } })
 */
export async function startOpenLdap(options: OpenLdapOptions = {}): Promise<OpenLdapServer> {
  requireServer('slapd')
  const folder = temporaryFolder('openldap')
  const authorities = await testAuthorities()
  const certificate = await authorities.issue(['127.0.0.1', 'localhost'], options.certificate)
  const original = options.replication?.copyOf
  const admin = original?.admin ?? { dn: dns.admin, password: randomPassword() }
  const operator = original?.operator ?? { dn: dns.operator, password: randomPassword() }
  const files = { configuration: join(folder, 'slapd.conf'), seed: join(folder, 'seed.ldif') }
  const logFile = join(folder, 'slapd.log')
  const isLoaded = options.overlayOn !== 'not_loaded'
  const seeds = samples(isLoaded ? knownSamples : ordinarySamples)

  for (const name of ['data', 'data-people', 'data-another']) await mkdir(join(folder, name))
  await writeFile(files.configuration, configurationText({ folder, certificate, admin, options }), {
    mode: 0o600,
  })
  const seed = (await original?.dump()) ?? seedText({ seeds, operator, options })
  await writeFile(files.seed, seed, { mode: 0o600 })
  const context = options.replication ? ['-w'] : []
  const from = ['-f', files.configuration, '-b', suffix, '-l', files.seed]
  await mustRun('slapadd', ['-q', ...context, ...from])

  const { ports, started } = await onFreePorts(['ldap', 'ldaps'], (candidate) =>
    launch({ ...files, logFile }, candidate, options.logLevel ?? 0),
  )
  const server = directoryServer('openldap', {
    folder,
    logFile,
    authorities,
    operator,
    admin,
    started,
    ...ports,
    baseDn: suffix,
    peopleDn: dns.people,
    privilegedGroupDn: dns.privileged,
    fault: options.certificate,
    users: new Map(seeds.map((sample) => [sample.name, sampleUser(sample)])),
    logLevel: options.logLevel ?? 0,
    lockAfter: Number({ ...defaultPolicy, ...options.policy }['pwdMaxFailure'] ?? 0),
    launch: (logLevel) => launch({ ...files, logFile }, ports, logLevel),
    newUser,
    statusChange: (dn, status) => ldifReplace(dn, statusAttributes(status)),
    signInAttributes: ['pwdAccountLockedTime', 'pwdEndTime'],
    signIn,
  })
  if (isLoaded && original === undefined) await server.setStatus(server.user('locked'), 'locked')
  return Object.assign(server, {
    policyDn: dns.policy,
    dump: () => mustRun('slapcat', ['-f', files.configuration, '-b', suffix, '-o', 'ldif-wrap=no']),
  })
}

type Ports = Readonly<Record<'ldap' | 'ldaps', ServerAddress>>

async function launch(
  files: { configuration: string; logFile: string },
  { ldap, ldaps }: Ports,
  logLevel: number,
): Promise<ServerProcess> {
  const urls = `ldap://${ldap.host}:${ldap.port}/ ldaps://${ldaps.host}:${ldaps.port}/`
  const args = ['-d', String(logLevel), '-f', files.configuration, '-h', urls]
  const server = startServerProcess({ command: 'slapd', args, logFile: files.logFile })
  await server.ready([ldap, ldaps])
  return server
}

interface ConfigurationParts {
  readonly folder: string
  readonly certificate: ThrowawayCertificate
  readonly admin: BindCredentials
  readonly options: OpenLdapOptions
}

/** The attributes that the service account reads, besides the three that it may write. */
const readable = [
  'entry,children,objectClass,uid,cn,sn,givenName,displayName,mail,employeeType,member,memberUid',
  'entryUUID,entryCSN,createTimestamp,modifyTimestamp',
  'pwdPolicySubentry,pwdChangedTime,pwdLastSuccess,pwdStartTime,pwdEndTime',
].join(',')

function configurationText({ folder, certificate, admin, options }: ConfigurationParts): string {
  const overlayOn = options.overlayOn ?? 'people'
  const isLoaded = overlayOn !== 'not_loaded'
  const divided = overlayOn === 'superior' || overlayOn === 'subordinate'
  const access = accessText(options)
  const people = databaseText(
    dns.people,
    `${folder}/data-people`,
    `subordinate\nrootdn ${admin.dn}`,
  )
  const root = `rootdn ${admin.dn}\nrootpw ${saltedSha1(admin.password)}`
  return `
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
${isLoaded ? 'moduleload ppolicy' : ''}
${options.replication ? `moduleload syncprov\nserverID ${options.replication.serverId}` : ''}
pidfile ${folder}/slapd.pid
argsfile ${folder}/slapd.args
TLSCACertificateFile ${certificate.authorityFile}
TLSCertificateFile ${certificate.certificateFile}
TLSCertificateKeyFile ${certificate.keyFile}
TLSProtocolMin 3.3
${options.requireTls === false ? '' : 'security ssf=0 simple_bind=128 update_ssf=128'}
access to dn.base="" by * read
access to dn.base="cn=Subschema" by * read
${configurationDatabase(admin, options)}
${divided ? people : ''}
${overlayOn === 'subordinate' ? overlayText : ''}
${divided ? access : ''}
${databaseText(suffix, `${folder}/data`, root, options.databaseBytes)}
${overlayOn === 'people' || overlayOn === 'superior' ? overlayText : ''}
${options.replication ? replicationText(options.replication, admin, certificate) : ''}
${access}
${options.configuration ?? ''}
${overlayOn === 'another' ? databaseText('dc=another', `${folder}/data-another`, overlayText) : ''}
`
}

function replicationText(
  { serverId, provider, checkpointOperations = 1 }: OpenLdapReplication,
  admin: BindCredentials,
  { authorityFile }: ThrowawayCertificate,
): string {
  return `
syncrepl rid=00${serverId} provider=${provider} type=refreshAndPersist retry="1 +"
  searchbase="${suffix}" bindmethod=simple binddn="${admin.dn}" credentials=${admin.password}
  tls_cacert=${authorityFile} tls_reqcert=demand
multiprovider on
overlay syncprov
syncprov-checkpoint ${checkpointOperations} 10
`
}

/**
 * The administrator may change the configuration of the running server. Nothing where a test
 * describes that database itself, because slapd takes one description.
 */
function configurationDatabase(admin: BindCredentials, options: OpenLdapOptions): string {
  if (options.configuration?.includes('database config')) return ''
  if (options.overlayOn === 'not_loaded') return ''
  const shown = `
access to dn.subtree="cn=config" attrs=entry,objectClass,olcSuffix,olcPPolicyDefault
  by dn.exact="${dns.operator}" read by * break
`
  return `
database config
${options.showsDefaultPolicy === false ? '' : shown}
access to * by dn.exact="${admin.dn}" manage by * none
database frontend
`
}

function databaseText(
  databaseSuffix: string,
  folder: string,
  more: string,
  bytes = 2 ** 30,
): string {
  return `
database mdb
suffix ${databaseSuffix}
directory ${folder}
maxsize ${bytes}
envflags nosync
lastbind on
index objectClass,entryUUID,entryCSN,member eq
index uid,cn,sn,displayName,mail eq,sub
${more}
`
}

const overlayText = `
overlay ppolicy
ppolicy_default ${dns.policy}
ppolicy_hash_cleartext
ppolicy_use_lockout
`

function accessText(options: OpenLdapOptions): string {
  const serviceAccount = `dn.exact="${dns.operator}"`
  if (options.overlayOn === 'not_loaded')
    return `
${options.access ?? ''}
access to attrs=userPassword by ${serviceAccount} =w by self =xw by anonymous auth by * none
access to * by ${serviceAccount} read by self read by * none
`
  return `
${options.access ?? ''}
access to attrs=userPassword
  by ${serviceAccount} ${options.operatorRight ?? '=w'} by self =xw by anonymous auth by * none
access to attrs=pwdHistory by * none
access to attrs=pwdReset,pwdAccountLockedTime,pwdFailureTime
  by ${serviceAccount} write by self read by * none
access to dn.subtree="ou=policies,${suffix}" by ${serviceAccount} read by * none
access to attrs=${readable} by ${serviceAccount} read by self read by * none
access to * by self read by * none
`
}

interface SeedParts {
  readonly seeds: readonly Sample[]
  readonly operator: BindCredentials
  readonly options: OpenLdapOptions
}

const defaultPolicy: Readonly<Record<string, string>> = {
  pwdAttribute: 'userPassword',
  pwdMustChange: 'TRUE',
  pwdAllowUserChange: 'TRUE',
  pwdSafeModify: 'FALSE',
  pwdMinLength: '12',
  pwdInHistory: '5',
  pwdCheckQuality: '2',
  pwdLockout: 'TRUE',
  pwdMaxFailure: '3',
}

function seedText({ seeds, operator, options }: SeedParts): string {
  const unit = (name: string) =>
    ldifEntry(`ou=${name},${suffix}`, { objectClass: 'organizationalUnit', ou: name })
  const policy = (dn: string, cn: string, attributes: Readonly<Record<string, string | null>>) =>
    ldifEntry(dn, { objectClass: ['device', 'pwdPolicy'], cn, ...withoutNulls(attributes) })
  const group = (dn: string, cn: string, member: readonly string[]) =>
    ldifEntry(dn, { objectClass: 'groupOfNames', cn, member })
  const dnOf = (name: SampleName) =>
    seeds.filter((sample) => sample.name === name).map((sample) => sampleUser(sample).dn)
  return [
    ldifEntry(suffix, { objectClass: 'domain', dc: 'example' }),
    ...['people', 'groups', 'services', 'policies'].map(unit),
    ...(options.overlayOn === 'not_loaded'
      ? []
      : [
          policy(dns.policy, 'default', { ...defaultPolicy, ...options.policy }),
          policy(dns.relaxedPolicy, 'no-must-change', {
            ...defaultPolicy,
            ...options.policy,
            pwdMustChange: 'FALSE',
          }),
        ]),
    ldifEntry(operator.dn, {
      objectClass: ['applicationProcess', 'simpleSecurityObject'],
      cn: 'helpdesk',
      userPassword: saltedSha1(operator.password),
    }),
    ...seeds.map(sampleEntry),
    // Each of the two groups contains the other: code that follows members must still end.
    group(dns.privileged, 'admins', [...dnOf('privileged'), dns.nested]),
    group(dns.nested, 'senior-admins', [...dnOf('nestedPrivileged'), dns.privileged]),
    bulkEntries(options.bulkUsers ?? 0),
    options.ldif ?? '',
  ].join('')
}

function withoutNulls(attributes: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  )
}

/** Plain LDIF instead of {@link ldifEntry}, for a hundred thousand entries. */
function bulkEntries(count: number): string {
  const digits = Array.from({ length: count }, (_, index) => String(index).padStart(7, '0'))
  return digits
    .map(
      (number) =>
        `dn: uid=bulk${number},${dns.people}\nobjectClass: inetOrgPerson\n` +
        `uid: bulk${number}\ncn: Bulk User ${number}\nsn: User ${number}\n` +
        `displayName: Bulk User ${number}\nmail: bulk${number}@example.test\n\n`,
    )
    .join('')
}

/** People are named by `cn`, so that DNs hold commas, quotes and every alphabet. */
function sampleUser({ username, cn, password, displayName, mail }: Sample): SampleUser {
  return {
    dn: `cn=${escapeDnValue(cn)},${dns.people}`,
    username,
    password,
    displayName,
    mail: mail?.[0],
  }
}

function sampleEntry(sample: Sample): string {
  const { username, cn, surname, givenName, displayName, mail, name, status } = sample
  return ldifEntry(sampleUser(sample).dn, {
    objectClass: 'inetOrgPerson',
    uid: username,
    cn,
    sn: surname,
    givenName,
    displayName,
    mail,
    userPassword: saltedSha1(sample.password),
    ...(status === 'locked' ? {} : statusAttributes(status)),
    ...(name === 'expired' ? { pwdEndTime: '20200101000000Z' } : {}),
    ...(name === 'neverExpires' ? { pwdPolicySubentry: dns.relaxedPolicy } : {}),
  })
}

function newUser(wanted: NewUser): { user: SampleUser; ldif: string } {
  const username = wanted.username ?? freshUsername()
  const { displayName, mail, attributes, password = randomPassword() } = wanted
  const dn = `cn=${escapeDnValue(username)},${dns.people}`
  const ldif = ldifEntry(dn, {
    objectClass: 'inetOrgPerson',
    uid: username,
    cn: username,
    sn: username,
    displayName,
    mail,
    userPassword: password,
    ...attributes,
  })
  return { user: { dn, username, password, displayName, mail }, ldif }
}

/** `locked` starts as `active`: failed sign-ins make the lock. */
function statusAttributes(status: SampleStatus): Record<string, string | undefined> {
  return {
    pwdReset: status === 'pending' ? 'TRUE' : undefined,
    pwdAccountLockedTime: status === 'disabled' ? lockedForGood : undefined,
  }
}

/**
 * slapd says that an account is locked (`ppolicy_use_lockout`). The entry says whether failed
 * sign-ins or an administrator locked it.
 */
async function signIn(
  answer: BindAnswer,
  entry: () => Promise<LdifEntry | undefined>,
): Promise<SignIn> {
  if (answer.result === 0)
    return answer.said.includes('Password must be changed') ? 'must_change' : 'ok'
  if (answer.result !== 49)
    throw new Error(`The bind was answered with ${answer.result}: ${answer.said.trim()}`)
  if (!answer.said.includes('Account locked')) return 'refused'
  const found = await entry()
  if (found === undefined) return 'refused'
  if (textValue(found, 'pwdAccountLockedTime') === lockedForGood) return 'disabled'
  const end = textValue(found, 'pwdEndTime')
  return end !== undefined && end < generalizedTime(new Date()) ? 'expired' : 'locked'
}

function generalizedTime(date: Date): string {
  return `${date.toISOString().replace(/\D/g, '').slice(0, 14)}Z`
}
