import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { cachedFolder, copyFolder } from '../process/cached-folder.ts'
import { temporaryFolder } from '../process/caretaker.ts'
import { onFreePorts, type ServerAddress } from '../process/loopback.ts'
import { requireServer } from '../process/required-servers.ts'
import { mustRun, runTool } from '../process/run-tool.ts'
import { type ServerProcess, startServerProcess } from '../process/server-process.ts'
import {
  type CertificateFault,
  type ThrowawayCertificate,
  testAuthorities,
} from '../process/throwaway-certificates.ts'
import { dse389, foldersOf389, type Instance389 } from './389-ds-configuration.ts'
import {
  dns389,
  knownSamples389,
  mustChange389,
  operatorPassword389,
  policyReadAci389,
  sampleUser389,
  seedText389,
} from './389-ds-seed.ts'
import { type DirectoryServer, directoryServer, type SignIn } from './directory-server.ts'
import { type BindAnswer, ldapReset } from './ldap-tools.ts'
import { escapeDnValue, ldifEntry, ldifReplace } from './ldif.ts'
import {
  freshUsername,
  type NewUser,
  randomPassword,
  type SampleStatus,
  type SampleUser,
  saltedSha1,
  samples,
} from './sample-users.ts'

/** How a throwaway 389 Directory Server differs from the usual one. */
export interface Ds389Options {
  /** Default `none`. */
  readonly certificate?: CertificateFault | undefined
  /** Refuse simple binds without TLS. Default `true`. */
  readonly requireTls?: boolean | undefined
  /** Attributes of the global password policy that differ, such as `{ passwordMinLength: '8' }`. */
  readonly policy?: Readonly<Record<string, string>> | undefined
  /**
   * Attributes of other configuration entries by the DN of the entry, such as
   * `{ 'cn=USN,cn=plugins,cn=config': { 'nsslapd-pluginenabled': 'on' } }`.
   */
  readonly configuration?: Readonly<Record<string, Readonly<Record<string, string>>>> | undefined
  /**
   * Number of further users `bulk0000000` …, without passwords, for searches in large directories.
   * Default 0.
   */
  readonly bulkUsers?: number | undefined
  /**
   * As after `ns-slapd -d`: 0 nothing beyond the usual logs (the default), 8 connections, 65535
   * nearly everything.
   */
  readonly logLevel?: number | undefined
  /** LDIF of entries that are imported after the sample entries, before the first start. */
  readonly ldif?: string | undefined
}

/** A throwaway 389 Directory Server. */
export interface Ds389Server extends DirectoryServer {
  readonly product: '389ds'
  /** Everything that is stored under the suffix, as LDIF, hashes included. */
  dump(): Promise<string>
  /**
   * Sets a password as the service account, with `ldappasswd` (RFC 3062), and returns the LDAP
   * result.
   */
  setPassword(dn: string, password: string): Promise<number>
}

const data = '/usr/share/dirsrv/data'
const rootDn = 'cn=Directory Manager'

/** The rules that differ from the defaults of 389-ds: the same as in the other directories here. */
const defaultPolicy = {
  passwordMustChange: 'on',
  passwordChange: 'on',
  passwordCheckSyntax: 'on',
  passwordMinLength: '12',
  passwordHistory: 'on',
  passwordInHistory: '5',
  passwordLockout: 'on',
  passwordMaxFailure: '3',
  'nsslapd-pwpolicy-local': 'on',
} as const

/**
 * The plugins that give entries an `entryUUID`. The server adds these plugins by itself, but only
 * during its first run.
 */
const entryUuidPlugins: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'cn=entryuuid,cn=plugins,cn=config': plugin(
    'entryuuid',
    'libentryuuid-plugin',
    'entryuuid_plugin_init',
    'betxnpreoperation',
  ),
  'cn=entryuuid_syntax,cn=plugins,cn=config': plugin(
    'entryuuid_syntax',
    'libentryuuid-syntax-plugin',
    'entryuuid_syntax_plugin_init',
    'syntax',
  ),
}

function plugin(
  name: string,
  path: string,
  start: string,
  type: string,
): Readonly<Record<string, string>> {
  return {
    objectClass: 'nsSlapdPlugin',
    cn: name,
    'nsslapd-pluginPath': path,
    'nsslapd-pluginInitfunc': start,
    'nsslapd-pluginType': type,
    'nsslapd-pluginEnabled': 'on',
    'nsslapd-pluginId': name,
    'nsslapd-pluginVersion': 'none',
    'nsslapd-pluginVendor': '389 Project',
    'nsslapd-pluginDescription': name,
  }
}

/**
 * Starts a throwaway 389 Directory Server on free ports of 127.0.0.1, from Debian's binaries and
 * without systemd.
 *
 * The entries are imported once (some three seconds) and kept under the system's temporary folder.
 * A copy then starts in about a second.
 *
 * @example
 * await using server = await start389Ds({ policy: { passwordMinLength: '8' } })
 */
export async function start389Ds(options: Ds389Options = {}): Promise<Ds389Server> {
  requireServer('389ds')
  const folder = temporaryFolder('389ds')
  const instance = instanceIn(folder)
  const authorities = await testAuthorities()
  const admin = { dn: rootDn, password: randomPassword() }
  const [database, certificate] = await Promise.all([
    importedDatabase(options),
    authorities.issue(['127.0.0.1', 'localhost'], options.certificate),
    prepare(instance),
  ])
  await Promise.all([
    copyFolder(database, instance.databaseFolder),
    certificateDatabase(join(folder, 'certificates'), certificate),
  ])
  const templates = await readTemplates()
  const rootPasswordHash = saltedSha1(admin.password)
  const logFile = join(folder, 'ns-slapd.log')
  const settings = settingsOf(options)

  const { ports, started } = await onFreePorts(['ldap', 'ldaps'], async (candidate) => {
    const numbers = { ldap: candidate.ldap.port, ldaps: candidate.ldaps.port }
    const text = dse389(...templates, {
      ...instance,
      suffix: dns389.suffix,
      rootDn,
      rootPasswordHash,
      ports: numbers,
      entries: settings,
    })
    await writeFile(join(instance.configurationFolder, 'dse.ldif'), text, { mode: 0o600 })
    return launch(instance, candidate, logFile, options.logLevel ?? 0)
  })
  const users = new Map(
    samples(knownSamples389).map((sample) => [sample.name, sampleUser389(sample)]),
  )
  const server = directoryServer('389ds', {
    folder,
    logFile,
    authorities,
    admin,
    users,
    started,
    newUser,
    signIn,
    ...ports,
    baseDn: dns389.suffix,
    peopleDn: dns389.people,
    privilegedGroupDn: dns389.privileged,
    operator: { dn: dns389.operator, password: operatorPassword389 },
    fault: options.certificate,
    logLevel: options.logLevel ?? 0,
    lockAfter: Number({ ...defaultPolicy, ...options.policy }.passwordMaxFailure),
    launch: (logLevel) => launch(instance, ports, logFile, logLevel),
    statusChange: (dn, status) => ldifReplace(dn, statusAttributes(status)),
    signInAttributes: [],
  })
  await server.setStatus(server.user('locked'), 'locked')
  return Object.assign(server, {
    log: () => allLogs(folder, logFile),
    dump: () => dump(instance),
    setPassword: (dn: string, password: string) =>
      ldapReset({ url: server.url, caFile: server.caFile, folder }, server.operator, dn, password),
  })
}

/** The name of the configuration's folder holds the six random characters of this process. */
function instanceIn(folder: string): Instance389 {
  const unique = `${basename(dirname(folder)).slice(-6)}-${basename(folder)}`
  return {
    folder,
    configurationFolder: join(folder, `slapd-${unique}`),
    databaseFolder: join(folder, 'database'),
  }
}

async function prepare({
  folder,
  configurationFolder,
  databaseFolder,
}: Instance389): Promise<void> {
  await Promise.all(
    [configurationFolder, databaseFolder, ...foldersOf389.map((name) => join(folder, name))].map(
      (path) => mkdir(path, { mode: 0o700 }),
    ),
  )
  // As short as the server allows. Not every user may read the files of the package, under
  // /etc/dirsrv.
  const schemaClasses = ['top', 'ldapSubentry', 'subschema'].map((name) => `objectClass: ${name}\n`)
  const files = {
    'schema/99user.ldif': `dn: cn=schema\n${schemaClasses.join('')}cn: schema\n`,
    'certmap.conf': 'certmap default default\n',
    'slapd-collations.conf': '',
  }
  await mkdir(join(configurationFolder, 'schema'))
  await Promise.all(
    Object.entries(files).map(([name, text]) => writeFile(join(configurationFolder, name), text)),
  )
}

function readTemplates(): Promise<[string, string]> {
  return Promise.all([
    readFile(join(data, 'template-dse.ldif'), 'utf8'),
    readFile(join(data, 'template-suffix-db.ldif'), 'utf8'),
  ])
}

function settingsOf(
  options: Ds389Options,
): Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>> {
  return {
    ...entryUuidPlugins,
    ...options.configuration,
    'cn=config': {
      ...defaultPolicy,
      ...options.policy,
      'nsslapd-require-secure-binds': options.requireTls === false ? 'off' : 'on',
      // By default the first sign-in of a sample account stores a new hash, and changes the entry.
      'nsslapd-enable-upgrade-hash': 'off',
      aci: policyReadAci389,
      ...options.configuration?.['cn=config'],
    },
  }
}

/** The database with the sample accounts, made once for each version of 389-ds and each seed. */
async function importedDatabase(options: Ds389Options): Promise<string> {
  const seed = seedText389(options.bulkUsers ?? 0, options.ldif ?? '')
  // The exit status is 1, although the version is printed.
  const version = (await runTool('ns-slapd', ['-v'])).stdout
  const key = createHash('sha256')
    .update(version)
    .update(seed)
    .update(JSON.stringify(options.configuration ?? {}))
    .digest('hex')
    .slice(0, 16)
  return cachedFolder(`389ds-${key}`, async (target) => {
    const folder = temporaryFolder('389ds-import')
    const instance = instanceIn(folder)
    await prepare(instance)
    // An import opens no port, but the settings must name some.
    const ports = { ldap: 389, ldaps: 636 }
    const entries = settingsOf(options)
    const settings = {
      ...instance,
      ports,
      suffix: dns389.suffix,
      rootDn,
      rootPasswordHash: saltedSha1(randomPassword()),
      entries,
    }
    await writeFile(
      join(instance.configurationFolder, 'dse.ldif'),
      dse389(...(await readTemplates()), settings),
    )
    const file = join(folder, 'seed.ldif')
    await writeFile(file, seed)
    await mustRun(
      'ns-slapd',
      ['ldif2db', '-D', instance.configurationFolder, '-n', 'userRoot', '-i', file],
      { timeoutMs: 300_000 },
    )
    // The server makes the regions that its processes share anew. They are most of the size.
    const regions = (await readdir(instance.databaseFolder)).filter(
      (name) => name.startsWith('__db.') || name === 'guardian',
    )
    await Promise.all(regions.map((name) => rm(join(instance.databaseFolder, name))))
    await copyFolder(instance.databaseFolder, target)
    await rm(folder, { recursive: true })
  })
}

/** An NSS database with an empty password: the folder of mode 0700 protects the database. */
async function certificateDatabase(
  folder: string,
  certificate: ThrowawayCertificate,
): Promise<void> {
  const bundle = join(folder, 'server.p12')
  await mustRun('openssl', [
    'pkcs12',
    '-export',
    '-inkey',
    certificate.keyFile,
    '-in',
    certificate.certificateFile,
    '-name',
    'Server-Cert',
    '-passout',
    'pass:',
    '-out',
    bundle,
  ])
  await mustRun('certutil', ['-N', '-d', `sql:${folder}`, '--empty-password'])
  await mustRun('pk12util', ['-i', bundle, '-d', `sql:${folder}`, '-W', '', '-K', ''])
  await mustRun('certutil', [
    '-A',
    '-d',
    `sql:${folder}`,
    '-n',
    'CA',
    '-t',
    'CT,,',
    '-a',
    '-i',
    certificate.authorityFile,
  ])
  await rm(bundle)
}

type Ports = Readonly<Record<'ldap' | 'ldaps', ServerAddress>>

async function launch(
  { folder, configurationFolder }: Instance389,
  ports: Ports,
  logFile: string,
  logLevel: number,
): Promise<ServerProcess> {
  const args = ['-d', String(logLevel), '-D', configurationFolder, '-i', join(folder, 'run', 'pid')]
  // With SIGTERM the server removes its semaphore from /dev/shm, with SIGKILL it does not.
  const server = startServerProcess({ command: 'ns-slapd', args, logFile, farewell: 'TERM' })
  await server.ready([ports.ldap, ports.ldaps])
  return server
}

/**
 * An account whose password an administrator set must change it. The second change takes that back,
 * so that the account is active.
 */
function newUser(wanted: NewUser): { user: SampleUser; ldif: string } {
  const username = wanted.username ?? freshUsername()
  const { displayName, mail, attributes, password = randomPassword() } = wanted
  const dn = `cn=${escapeDnValue(username)},${dns389.people}`
  const entry = ldifEntry(dn, {
    objectClass: 'inetOrgPerson',
    uid: username,
    cn: username,
    sn: username,
    displayName,
    mail,
    userPassword: password,
    ...attributes,
  })
  return {
    user: { dn, username, password, displayName, mail },
    ldif: `${entry}${ldifReplace(dn, { passwordExpirationTime: undefined })}`,
  }
}

/** `locked` starts as `active`: failed sign-ins make the lock. */
function statusAttributes(status: SampleStatus) {
  return {
    passwordExpirationTime:
      status === 'pending' ? mustChange389['passwordExpirationTime'] : undefined,
    nsAccountLock: status === 'disabled' ? 'TRUE' : undefined,
    passwordRetryCount: undefined,
    retryCountResetTime: undefined,
    accountUnlockTime: undefined,
  }
}

/** LDAP results (RFC 4511, appendix A). */
const constraintViolation = 19
const invalidCredentials = 49
const unwillingToPerform = 53

function signIn({ result, said }: BindAnswer): SignIn {
  if (result === 0) return said.includes('Password must be changed') ? 'must_change' : 'ok'
  if (result === constraintViolation && said.includes('Exceed password retry limit'))
    return 'locked'
  if (result === unwillingToPerform && said.includes('Account inactivated')) return 'disabled'
  if (result === invalidCredentials)
    return said.includes('password expired') ? 'expired' : 'refused'
  throw new Error(`The bind was answered with ${result}: ${said.trim()}`)
}

async function allLogs(folder: string, logFile: string): Promise<string> {
  const files = [
    logFile,
    ...['errors', 'access', 'audit', 'security'].map((name) => join(folder, 'logs', name)),
  ]
  return (await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')))).join('\n')
}

async function dump({ folder, configurationFolder }: Instance389): Promise<string> {
  const file = join(folder, 'ldif', `${crypto.randomUUID()}.ldif`)
  await mustRun('ns-slapd', ['db2ldif', '-D', configurationFolder, '-n', 'userRoot', '-a', file])
  const text = await readFile(file, 'utf8')
  await rm(file)
  return text
}
