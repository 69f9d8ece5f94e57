import { createHash } from 'node:crypto'
import { chown, copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cachedFolder, copyFolder } from '../process/cached-folder.ts'
import { temporaryFolder } from '../process/caretaker.ts'
import { onFreePorts, type ServerAddress } from '../process/loopback.ts'
import { requireServer } from '../process/required-servers.ts'
import { mustRun } from '../process/run-tool.ts'
import { type ServerProcess, startServerProcess } from '../process/server-process.ts'
import { type CertificateFault, testAuthorities } from '../process/throwaway-certificates.ts'
import { type UnprivilegedUser, unprivilegedUser } from '../process/unprivileged-user.ts'
import {
  type CountedStatement,
  type SqlCredentials,
  type SqlLogLevel,
  type SqlServer,
  sqlServer,
} from './database-server.ts'

/** How a throwaway MariaDB differs from the usual one. */
export interface MariaDbOptions {
  /** Default `none`. */
  readonly certificate?: CertificateFault | undefined
  /** Refuse connections without TLS. Default `true`. */
  readonly requireTls?: boolean | undefined
  /** Default `quiet`. */
  readonly logLevel?: SqlLogLevel | undefined
  /** Further options of `mariadbd`, without their hyphens: `{ 'max-connections': '10' }`. */
  readonly settings?: Readonly<Record<string, string>> | undefined
  /** SQL that the ordinary user runs once in the database, such as `CREATE TABLE …`. */
  readonly sql?: string | undefined
}

/** A throwaway MariaDB that writes a binary log. */
export interface MariaDbServer extends SqlServer {
  readonly product: 'mariadb'
}

/** The same on each run, because the initialised folder is kept. Only loopback ever sees them. */
const admin: SqlCredentials = { user: 'admin', password: 'Initialised-once-4711-q7' }
const owner: SqlCredentials = { user: 'app', password: 'Owns-its-database-0815-q7' }
const database = 'app'

/**
 * Runs before a server checks privileges, so the privileges have to be loaded first. Removes every
 * root without a password.
 */
const initialSql = `
DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost';
DELETE FROM mysql.proxies_priv WHERE User = 'root' AND Host <> 'localhost';
FLUSH PRIVILEGES;
ALTER USER root@localhost IDENTIFIED BY '${admin.password}';
CREATE DATABASE ${database};
CREATE USER ${admin.user}@'127.0.0.1' IDENTIFIED BY '${admin.password}';
GRANT ALL ON *.* TO ${admin.user}@'127.0.0.1' WITH GRANT OPTION;
CREATE USER ${owner.user}@'127.0.0.1' IDENTIFIED BY '${owner.password}';
GRANT ALL ON ${database}.* TO ${owner.user}@'127.0.0.1';
`

/**
 * Options for initialising the folder and for running the server. The character set is that of
 * Debian's own configuration.
 */
const basics = [
  '--no-defaults',
  '--character-set-server=utf8mb4',
  '--collation-server=utf8mb4_general_ci',
  '--innodb-log-file-size=4M',
  '--innodb-buffer-pool-size=16M',
  '--aria-pagecache-buffer-size=1M',
  '--innodb-use-native-aio=0',
]

/**
 * Starts a throwaway MariaDB on a free port of 127.0.0.1, from Debian's binaries.
 *
 * The data is initialised once (some three seconds) and kept under the system's temporary folder. A
 * copy then starts in about half a second. A power cut may lose what was committed, `restart` never
 * does.
 *
 * @example
 * await using server = await startMariaDb({ sql: 'CREATE TABLE notes (note text)' })
 */
export async function startMariaDb(options: MariaDbOptions = {}): Promise<MariaDbServer> {
  requireServer('mariadb')
  const runAs = unprivilegedUser('mysql')
  const folder = temporaryFolder('mariadb', runAs)
  const paths = {
    runAs,
    folder,
    dataFolder: join(folder, 'data'),
    logFile: join(folder, 'mariadb.log'),
  }
  const authorities = await testAuthorities()
  const [initialised, certificate] = await Promise.all([
    initialisedFolder(runAs),
    authorities.issue(['127.0.0.1', 'localhost'], options.certificate),
  ])
  await mkdir(paths.dataFolder, { mode: 0o700 })
  await copyFolder(initialised, paths.dataFolder)
  const files = { certificate: join(folder, 'server.pem'), key: join(folder, 'server.key') }
  await Promise.all([
    copyFile(certificate.certificateFile, files.certificate),
    copyFile(certificate.keyFile, files.key),
    writeFile(paths.logFile, ''),
  ])
  // For statements, the server opens the log by itself too.
  if (runAs)
    await Promise.all(
      [...Object.values(files), paths.logFile].map((file) => chown(file, runAs.uid, runAs.gid)),
    )
  const settings = {
    'ssl-cert': files.certificate,
    'ssl-key': files.key,
    'require-secure-transport': options.requireTls === false ? 'OFF' : 'ON',
    ...options.settings,
  }

  const logLevel = options.logLevel ?? 'quiet'
  const { ports, started } = await onFreePorts(['sql'], (candidate) =>
    launch(paths, candidate.sql, logLevel, settings),
  )
  const address = ports.sql
  const verify =
    (options.certificate ?? 'none') === 'none'
      ? `ssl-ca=${authorities.caFile}\nssl-verify-server-cert\n`
      : 'ssl\n'
  const client = async ({ user, password }: SqlCredentials) => {
    const file = join(folder, `${user}.cnf`)
    const who = `user=${user}\npassword=${password}\n`
    const where = `protocol=tcp\nhost=${address.host}\nport=${address.port}\n`
    const text = `[client]\n${who}${where}default-character-set=utf8mb4\n${verify}`
    await writeFile(file, text, { mode: 0o600 })
    return file
  }
  const clients = { admin: await client(admin), owner: await client(owner) }
  const run = (file: string, sql: string) =>
    mustRun(
      'mariadb',
      [`--defaults-file=${file}`, '--batch', '--raw', '--skip-column-names', database],
      { input: sql },
    )
  const query = (sql: string) => run(clients.admin, sql)

  const server = sqlServer('mariadb', {
    ...owner,
    ...paths,
    scheme: 'mysql',
    address,
    database,
    admin,
    authorities,
    logLevel,
    started,
    query,
    launch: (level) => launch(paths, address, level, settings),
    dump: () =>
      mustRun('mariadb-dump', [
        `--defaults-file=${clients.admin}`,
        '--all-databases',
        '--single-transaction',
        '--events',
        '--routines',
      ]),
    flush: () => flush(query),
    statementsDuring: (work) => statementsDuring(query, work),
  })
  if (options.sql !== undefined) await run(clients.owner, options.sql)
  return server
}

interface Paths {
  readonly runAs: UnprivilegedUser | undefined
  readonly folder: string
  readonly dataFolder: string
  readonly logFile: string
}

/** The data of an empty server, made once for each version and each {@link initialSql}. */
async function initialisedFolder(runAs: UnprivilegedUser | undefined): Promise<string> {
  const version = await mustRun('mariadbd', ['--version'])
  const key = createHash('sha256')
    .update(version)
    .update(JSON.stringify([basics, initialSql]))
    .digest('hex')
    .slice(0, 16)
  return cachedFolder(`mariadb-${key}`, async (target) => {
    const folder = temporaryFolder('mariadb-init', runAs)
    const dataFolder = join(folder, 'data')
    await mustRun(
      'mariadb-install-db',
      [
        ...basics,
        `--datadir=${dataFolder}`,
        '--auth-root-authentication-method=normal',
        '--skip-test-db',
      ],
      {
        ...runAs,
        env: { TMPDIR: folder },
      },
    )
    await mustRun(
      'mariadbd',
      [...basics, `--datadir=${dataFolder}`, `--tmpdir=${folder}`, '--bootstrap'],
      { ...runAs, input: initialSql },
    )
    await copyFolder(dataFolder, target)
    await rm(folder, { recursive: true })
  })
}

const logSettings: Readonly<Record<SqlLogLevel, readonly string[]>> = {
  quiet: ['--log-warnings=1'],
  statements: ['--log-warnings=1', '--general-log=1'],
  everything: [
    '--log-warnings=9',
    '--general-log=1',
    '--slow-query-log=1',
    '--long-query-time=0',
    '--log-slow-verbosity=query_plan,explain,engine',
  ],
}

async function launch(
  { runAs, folder, dataFolder, logFile }: Paths,
  address: ServerAddress,
  logLevel: SqlLogLevel,
  settings: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const server = startServerProcess({
    command: 'mariadbd',
    args: [
      ...basics,
      `--datadir=${dataFolder}`,
      `--tmpdir=${folder}`,
      `--socket=${join(folder, 'mariadb.sock')}`,
      `--pid-file=${join(folder, 'mariadb.pid')}`,
      `--bind-address=${address.host}`,
      `--port=${address.port}`,
      '--skip-name-resolve',
      '--server-id=1',
      '--log-bin=binlog',
      '--innodb-flush-log-at-trx-commit=2',
      '--innodb-buffer-pool-dump-at-shutdown=0',
      '--innodb-buffer-pool-load-at-startup=0',
      `--general-log-file=${logFile}`,
      `--slow-query-log-file=${logFile}`,
      ...logSettings[logLevel],
      ...Object.entries(settings).map(([name, value]) => `--${name}=${value}`),
    ],
    logFile,
    ...runAs,
  })
  await server.ready([address])
  return server
}

/**
 * The server writes pages back when too many of them differ from the file. So for a moment one page
 * is too many.
 */
async function flush(query: (sql: string) => Promise<string>): Promise<void> {
  const limits = ['innodb_max_dirty_pages_pct', 'innodb_max_dirty_pages_pct_lwm']
  const set = (to: string) =>
    query(
      `FLUSH TABLES; ${limits
        .map((name) => `SET GLOBAL ${name} = ${to};`)
        .reverse()
        .join(' ')}`,
    )
  await set('0')
  const deadline = performance.now() + 120_000
  const dirty = `SELECT variable_value FROM information_schema.global_status
    WHERE variable_name = 'INNODB_BUFFER_POOL_PAGES_DIRTY'`
  while (Number(await query(dirty)) > 0) {
    if (performance.now() > deadline) throw new Error('mariadbd did not write its pages back.')
  }
  await set('DEFAULT')
}

/** The general log goes into a table meanwhile, whatever the level of the log file is. */
async function statementsDuring<T>(
  query: (sql: string) => Promise<string>,
  work: () => Promise<T>,
) {
  const before = await query('SELECT @@general_log, @@log_output')
  const [general, output] = before.trim().split('\t')
  await query(
    `TRUNCATE mysql.general_log; SET GLOBAL log_output = 'TABLE'; SET GLOBAL general_log = 1`,
  )
  try {
    const value = await work()
    const counted = await query(
      `SELECT JSON_OBJECT('query', CONVERT(argument USING utf8mb4), 'calls', COUNT(*))
       FROM mysql.general_log
       WHERE command_type IN ('Query', 'Execute') AND user_host NOT LIKE '${admin.user}[%'
       GROUP BY argument`,
    )
    const statements: CountedStatement[] = JSON.parse(
      `[${counted.trim().split('\n').filter(Boolean).join(',')}]`,
    )
    return { value, statements }
  } finally {
    await query(`SET GLOBAL general_log = ${general}; SET GLOBAL log_output = '${output}'`)
  }
}
