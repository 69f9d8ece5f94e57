import { chown, copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { temporaryFolder } from '../process/caretaker.ts'
import { type ListeningSocket, listeningSockets, onFreePorts } from '../process/loopback.ts'
import { requireServer } from '../process/required-servers.ts'
import { mustRun } from '../process/run-tool.ts'
import { startServerProcess } from '../process/server-process.ts'
import { type CertificateFault, testAuthorities } from '../process/throwaway-certificates.ts'
import { unprivilegedUser } from '../process/unprivileged-user.ts'
import type { SqlCredentials } from './database-server.ts'
import type { PostgresServer } from './postgres.ts'

/** How a throwaway PgBouncer differs from the usual one. */
export interface PgBouncerOptions {
  /** When a connection to PostgreSQL goes back into the pool. Default `transaction`. */
  readonly poolMode?: 'session' | 'transaction' | 'statement' | undefined
  /** Connections to PostgreSQL for each user and database. Default 2. */
  readonly poolSize?: number | undefined
  /** Default `none`. */
  readonly certificate?: CertificateFault | undefined
  /** Refuse clients without TLS. Default `true`. */
  readonly requireTls?: boolean | undefined
  /** Further settings of the section `[pgbouncer]`. */
  readonly settings?: Readonly<Record<string, string>> | undefined
}

/**
 * A throwaway PgBouncer in front of a PostgreSQL. An application connects to it with the same user,
 * password and database.
 */
export interface PgBouncerServer extends SqlCredentials {
  readonly host: string
  readonly port: number
  readonly database: string
  /** Host, port, user, password and database in one. TLS needs {@link ca} besides. */
  readonly url: string
  readonly ca: string
  readonly caFile: string
  readonly pid: number
  readonly folder: string
  readonly logFile: string
  log(): Promise<string>
  /**
   * Runs `SHOW` on the console of PgBouncer, such as `SHOW POOLS`. Answers one line a row, columns
   * apart by `|`; the first line has the names of the columns.
   */
  show(what: string): Promise<string>
  listening(): Promise<ListeningSocket[]>
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Starts a throwaway PgBouncer on a free port of 127.0.0.1, in front of `postgres`, with TLS on
 * both sides. Takes a tenth of a second.
 *
 * The version of Debian 12 knows no prepared statements in transaction mode: a named statement is
 * lost with the connection.
 *
 * @example
 * await using pool = await startPgBouncer(postgres, { poolSize: 1 })
 */
export async function startPgBouncer(
  postgres: PostgresServer,
  options: PgBouncerOptions = {},
): Promise<PgBouncerServer> {
  requireServer('pgbouncer')
  const runAs = unprivilegedUser('postgres')
  const folder = temporaryFolder('pgbouncer', runAs)
  const authorities = await testAuthorities()
  const certificate = await authorities.issue(['127.0.0.1', 'localhost'], options.certificate)
  const file = (name: string) => join(folder, name)
  await Promise.all([
    copyFile(certificate.certificateFile, file('client-side.pem')),
    copyFile(certificate.keyFile, file('client-side.key')),
    copyFile(postgres.caFile, file('ca.pem')),
    // In clear: to sign in to PostgreSQL by scram, PgBouncer needs the password itself.
    writeFile(
      file('users.txt'),
      [postgres, postgres.admin].map(({ user, password }) => `"${user}" "${password}"\n`).join(''),
      { mode: 0o600 },
    ),
  ])
  if (runAs) {
    await Promise.all(
      ['client-side.pem', 'client-side.key', 'ca.pem', 'users.txt'].map((name) =>
        chown(file(name), runAs.uid, runAs.gid),
      ),
    )
  }
  const logFile = file('pgbouncer.log')
  const configuration = file('pgbouncer.ini')
  const { ports, started } = await onFreePorts(['pool'], async ({ pool }) => {
    const settings = {
      listen_addr: pool.host,
      listen_port: String(pool.port),
      unix_socket_dir: '',
      pool_mode: options.poolMode ?? 'transaction',
      default_pool_size: String(options.poolSize ?? 2),
      max_client_conn: '200',
      auth_type: 'scram-sha-256',
      auth_file: file('users.txt'),
      admin_users: postgres.admin.user,
      ignore_startup_parameters: 'extra_float_digits',
      client_tls_sslmode: options.requireTls === false ? 'allow' : 'require',
      client_tls_protocols: 'secure',
      client_tls_cert_file: file('client-side.pem'),
      client_tls_key_file: file('client-side.key'),
      server_tls_sslmode: 'verify-full',
      server_tls_ca_file: file('ca.pem'),
      ...options.settings,
    }
    const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}\n`)
    const databases = `[databases]\n* = host=${postgres.host} port=${postgres.port}\n`
    await writeFile(configuration, `${databases}[pgbouncer]\n${lines.join('')}`, { mode: 0o644 })
    const server = startServerProcess({
      command: 'pgbouncer',
      args: [configuration],
      logFile,
      ...runAs,
    })
    await server.ready([pool])
    return server
  })
  const { host, port } = ports.pool
  const { user, password, database, ca, caFile } = postgres
  const sslMode = options.requireTls === false ? 'disable' : 'require'
  const console = `postgresql://${postgres.admin.user}@${host}:${port}/pgbouncer?sslmode=${sslMode}`
  const stop = async () => {
    await started.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return {
    host,
    port,
    user,
    password,
    database,
    ca,
    caFile,
    folder,
    logFile,
    pid: started.pid,
    url: `postgresql://${user}:${password}@${host}:${port}/${database}`,
    log: () => readFile(logFile, 'utf8'),
    show: (what) =>
      mustRun('psql', ['-XqA', '--pset=footer=off', console, '-c', `SHOW ${what}`], {
        env: { PGPASSWORD: postgres.admin.password },
      }),
    listening: () => listeningSockets(started.pid),
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
