import { createHash } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { chown, copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedFolder, copyFolder } from '../process/cached-folder.ts'
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
import { type UnprivilegedUser, unprivilegedUser } from '../process/unprivileged-user.ts'
import {
  type CountedStatement,
  type SqlLogLevel,
  type SqlServer,
  sqlServer,
} from './database-server.ts'

/** How a throwaway PostgreSQL differs from the usual one. */
export interface PostgresOptions {
  /** Default `none`. */
  readonly certificate?: CertificateFault | undefined
  /** Refuse connections without TLS. Default `true`. */
  readonly requireTls?: boolean | undefined
  /** Default `quiet`. */
  readonly logLevel?: SqlLogLevel | undefined
  /** Further settings of `postgresql.conf`, such as `{ max_connections: '10' }`. */
  readonly settings?: Readonly<Record<string, string>> | undefined
  /** SQL that the ordinary user runs once in the database, such as `CREATE TABLE …`. */
  readonly sql?: string | undefined
  /**
   * Makes the server a standby of this one: it copies the data, and then replays the journal until
   * `SELECT pg_promote()`. Its name for `synchronous_standby_names` is `standby`.
   */
  readonly standbyOf?: PostgresServer | undefined
}

/**
 * A throwaway PostgreSQL with the extensions `pg_trgm` and `pg_stat_statements` in its database.
 */
export interface PostgresServer extends SqlServer {
  readonly product: 'postgres'
  /** Folder of the Unix socket, for `host` in a connection without TCP. */
  readonly socketFolder: string
}

/** The same on each run, because the initialised folder is kept. Only loopback ever sees them. */
const admin = { user: 'postgres', password: 'Initialised-once-4711-q7' }
const owner = { user: 'app', password: 'Owns-its-database-0815-q7' }
const database = 'app'

const initialSql = `
CREATE ROLE ${owner.user} LOGIN PASSWORD '${owner.password}';
CREATE DATABASE ${database} OWNER ${owner.user};
`
const extensionSql = `
CREATE EXTENSION pg_trgm;
CREATE EXTENSION pg_stat_statements;
`

const statementsSql = `
SELECT coalesce(
  json_agg(json_build_object('query', query, 'calls', calls, 'rows', rows) ORDER BY query), '[]'
)
FROM pg_stat_statements JOIN pg_roles ON pg_roles.oid = userid WHERE NOT rolsuper
`

/**
 * Starts a throwaway PostgreSQL on a free port of 127.0.0.1, from Debian's binaries.
 *
 * The data is initialised once (some two seconds) and kept under the system's temporary folder. A
 * copy then starts in well under a second. A power cut may lose what was committed (`fsync` is
 * off), `restart` never does.
 *
 * @example
 * await using server = await startPostgres({ sql: 'CREATE TABLE notes (note text)' })
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  requireServer('postgres')
  const bin = postgresBin()
  const runAs = unprivilegedUser('postgres')
  const folder = temporaryFolder('postgres', runAs)
  const paths = {
    bin,
    runAs,
    folder,
    dataFolder: join(folder, 'data'),
    logFile: join(folder, 'postgres.log'),
  }
  const authorities = await testAuthorities()
  const certificate = await authorities.issue(['127.0.0.1', 'localhost'], options.certificate)
  if (options.standbyOf) {
    await copyPrimary(paths, options.standbyOf)
  } else {
    const initialised = await initialisedFolder(paths)
    await mkdir(paths.dataFolder, { mode: 0o700 })
    await copyFolder(initialised, paths.dataFolder)
  }
  await configure(paths, certificate, options)

  const logLevel = options.logLevel ?? 'quiet'
  const { ports, started } = await onFreePorts(['sql'], (candidate) =>
    launch(paths, candidate.sql, logLevel),
  )
  const address = ports.sql
  const passwordFile = join(folder, 'clients.pgpass')
  await writeFile(
    passwordFile,
    [admin, owner].map(({ user, password }) => `*:*:*:${user}:${password}\n`).join(''),
    { mode: 0o600 },
  )
  const client = {
    PGHOST: address.host,
    PGPORT: String(address.port),
    PGPASSFILE: passwordFile,
    // Without such a file, 'require' verifies nothing.
    ...((options.certificate ?? 'none') === 'none'
      ? { PGSSLMODE: 'verify-full', PGSSLROOTCERT: authorities.caFile }
      : { PGSSLMODE: 'require', PGSSLROOTCERT: '/nonexistent' }),
  }
  const run = (user: string, sql: string) =>
    mustRun(join(bin, 'psql'), ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-U', user, '-d', database], {
      env: client,
      input: sql,
    })
  const query = (sql: string) => run(admin.user, sql)

  const server = sqlServer('postgres', {
    ...owner,
    ...paths,
    scheme: 'postgresql',
    address,
    database,
    admin,
    authorities,
    logLevel,
    started,
    query,
    launch: (level) => launch(paths, address, level),
    dump: () => mustRun(join(bin, 'pg_dumpall'), ['-U', admin.user], { env: client }),
    flush: async () => {
      await query('CHECKPOINT')
    },
    statementsDuring: async (work) => {
      await query('SELECT pg_stat_statements_reset()')
      const value = await work()
      const statements: CountedStatement[] = JSON.parse(await query(statementsSql))
      return { value, statements }
    },
  })
  if (options.sql !== undefined) await run(owner.user, options.sql)
  return Object.assign(server, { socketFolder: folder })
}

/** The newest of the versions that are installed. */
function postgresBin(): string {
  const root = '/usr/lib/postgresql'
  const versions = readdirSync(root).filter((version) =>
    existsSync(join(root, version, 'bin', 'postgres')),
  )
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0]
  if (newest === undefined) throw new Error(`${root} holds no server: apt-get install postgresql`)
  return join(root, newest, 'bin')
}

interface Paths {
  readonly bin: string
  readonly runAs: UnprivilegedUser | undefined
  readonly folder: string
  readonly dataFolder: string
  readonly logFile: string
}

/** The data of an empty server, made once for each version and each recipe. */
async function initialisedFolder({ bin, runAs }: Paths): Promise<string> {
  const version = await mustRun(join(bin, 'postgres'), ['--version'])
  const recipe = { initialise, initialSql, extensionSql, admin }
  const key = createHash('sha256')
    .update(version)
    .update(JSON.stringify(recipe))
    .digest('hex')
    .slice(0, 16)
  return cachedFolder(`postgres-${key}`, async (target) => {
    const folder = temporaryFolder('postgres-init', runAs)
    const dataFolder = join(folder, 'data')
    const passwordFile = join(folder, 'password')
    await writeFile(passwordFile, admin.password, { mode: 0o600 })
    if (runAs) await chown(passwordFile, runAs.uid, runAs.gid)
    await mustRun(
      join(bin, 'initdb'),
      [...initialise, '-D', dataFolder, '-U', admin.user, `--pwfile=${passwordFile}`],
      { ...runAs },
    )
    const single = (name: string, sql: string) =>
      mustRun(join(bin, 'postgres'), ['--single', '-F', '-j', '-D', dataFolder, name], {
        ...runAs,
        input: sql,
      })
    for (const statement of initialSql.trim().split('\n'))
      await single('postgres', `${statement}\n\n`)
    for (const statement of extensionSql.trim().split('\n'))
      await single(database, `${statement}\n\n`)
    await copyFolder(dataFolder, target)
    await rm(folder, { recursive: true })
  })
}

/** Copies the data of a running server, and marks the copy as a standby. */
async function copyPrimary({ bin, runAs, dataFolder }: Paths, primary: PostgresServer) {
  await mustRun(
    join(bin, 'pg_basebackup'),
    ['-D', dataFolder, '-d', primaryOf(primary), '-X', 'stream', '-c', 'fast', '--no-sync'],
    { ...runAs },
  )
  await writeFile(join(dataFolder, 'standby.signal'), '')
}

/** How a standby reaches its primary. */
function primaryOf({ host, port }: PostgresServer): string {
  const { user, password } = admin
  return (
    `host=${host} port=${port} user=${user} password=${password} sslmode=require ` +
    'application_name=standby'
  )
}

/** Journal files have 1 MB instead of 16, because most tests write little. */
const initialise = [
  '--encoding=UTF8',
  '--locale=C.UTF-8',
  '--auth=scram-sha-256',
  '--no-sync',
  '--wal-segsize=1',
]

async function configure(
  { folder, dataFolder, runAs }: Paths,
  certificate: ThrowawayCertificate,
  options: PostgresOptions,
): Promise<void> {
  const files = { certificate: join(folder, 'server.pem'), key: join(folder, 'server.key') }
  await copyFile(certificate.certificateFile, files.certificate)
  await copyFile(certificate.keyFile, files.key)
  if (runAs)
    await Promise.all(Object.values(files).map((file) => chown(file, runAs.uid, runAs.gid)))
  const settings: Readonly<Record<string, string>> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    unix_socket_permissions: '0700',
    ssl: 'on',
    ssl_cert_file: files.certificate,
    ssl_key_file: files.key,
    password_encryption: 'scram-sha-256',
    fsync: 'off',
    shared_buffers: '16MB',
    min_wal_size: '2MB',
    shared_preload_libraries: 'pg_stat_statements',
    // Memory that processes share is kept in the data folder: a killed server would leave it in
    // /dev/shm.
    dynamic_shared_memory_type: 'mmap',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(options.standbyOf && { primary_conninfo: primaryOf(options.standbyOf) }),
    ...options.settings,
  }
  const lines = Object.entries(settings).map(
    ([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`,
  )
  await writeFile(join(dataFolder, 'postgresql.auto.conf'), lines.join(''))
  const hosts = options.requireTls === false ? 'host' : 'hostssl'
  await writeFile(
    join(dataFolder, 'pg_hba.conf'),
    `local all all scram-sha-256\n${hosts} all,replication all 127.0.0.1/32 scram-sha-256\n`,
  )
}

const logSettings: Readonly<Record<SqlLogLevel, Readonly<Record<string, string>>>> = {
  quiet: {},
  statements: { log_statement: 'all', log_parameter_max_length: '-1' },
  everything: {
    log_statement: 'all',
    log_min_messages: 'debug5',
    log_min_error_statement: 'debug5',
    log_error_verbosity: 'verbose',
    log_parameter_max_length: '-1',
    log_parameter_max_length_on_error: '-1',
    log_min_duration_statement: '0',
    log_duration: 'on',
    log_connections: 'on',
    log_disconnections: 'on',
    log_lock_waits: 'on',
    log_replication_commands: 'on',
    debug_print_parse: 'on',
    debug_print_rewritten: 'on',
    debug_print_plan: 'on',
  },
}

async function launch(
  paths: Paths,
  address: ServerAddress,
  logLevel: SqlLogLevel,
): Promise<ServerProcess> {
  const settings = Object.entries(logSettings[logLevel]).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const server = startServerProcess({
    command: join(paths.bin, 'postgres'),
    args: ['-D', paths.dataFolder, '-p', String(address.port), ...settings],
    logFile: paths.logFile,
    ...paths.runAs,
    // SIGINT stops the server without waiting for clients. SIGQUIT stops it at once, without a
    // checkpoint. SIGKILL would leave shared memory behind.
    stopSignal: 'SIGINT',
    farewell: 'QUIT',
  })
  await server.ready([address])
  await recovered(server, join(paths.dataFolder, 'postmaster.pid'))
  return server
}

/**
 * Waits until the server is ready. The server listens before that, and may still replay its
 * journal: only the file `postmaster.pid` tells.
 */
async function recovered(server: ServerProcess, note: string): Promise<void> {
  const isReady = async () => {
    const lines = (await readFile(note, 'utf8').catch(() => '')).split('\n')
    return lines[0] === String(server.pid) && lines[7]?.startsWith('ready') === true
  }
  const deadline = performance.now() + 120_000
  while (!(await isReady())) {
    if (!server.running() || performance.now() > deadline)
      throw new Error('postgres did not become ready.')
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
