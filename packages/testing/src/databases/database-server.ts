import { readFile, rm } from 'node:fs/promises'
import type { ServerAddress } from '../directories/directory-server.ts'
import { type ListeningSocket, listeningSockets } from '../process/loopback.ts'
import type { ServerProcess } from '../process/server-process.ts'
import type { ThrowawayAuthorities } from '../process/throwaway-certificates.ts'

/** A user of a database. */
export interface SqlCredentials {
  readonly user: string
  readonly password: string
}

/**
 * How much a database server writes into its log: `quiet` is errors only, `statements` every
 * statement with its parameters, `everything` whatever it can be made to say, for tests that look
 * for a secret in the worst log of all.
 */
export type SqlLogLevel = 'quiet' | 'statements' | 'everything'

/** One kind of statement that a server has run. */
export interface CountedStatement {
  /**
   * PostgreSQL: with constants replaced by `$1`, `$2` … (pg_stat_statements). MariaDB: as it was
   * sent, or executed with its parameters put in.
   */
  readonly query: string
  /** How often it was run. */
  readonly calls: number
  /** Rows that it returned or changed, all calls together. PostgreSQL only. */
  readonly rows?: number | undefined
}

/**
 * A throwaway database server on loopback. What looks at it here goes through its own command line
 * tools, never through the driver under test.
 */
export interface SqlServer extends SqlCredentials {
  readonly product: 'postgres' | 'mariadb'
  readonly host: string
  readonly port: number
  /** An ordinary user: it owns the database {@link database} and nothing else. */
  readonly user: string
  readonly password: string
  readonly database: string
  /**
   * Host, port, user, password and database in one, without TLS parameters: those are {@link ca}.
   */
  readonly url: string
  /**
   * PEM of the authority that signed its certificate (unless the certificate is wrong on purpose:
   * then it is still the trusted one).
   */
  readonly ca: string
  readonly caFile: string
  /** PEM of an authority that did not. */
  readonly untrustedCa: string
  /** The user that may do everything; for preparing a test, never for the code under test. */
  readonly admin: SqlCredentials
  /** Process id now (it changes with `restart`). */
  readonly pid: number
  /** Temporary folder with everything the server stores: data, logs, keys. */
  readonly folder: string
  /** Its data, with the journals (`pg_wal`, `binlog.*`). */
  readonly dataFolder: string
  /** The file that it logs to. */
  readonly logFile: string

  /**
   * Runs SQL as the administrator in {@link database}, several statements if need be, and answers
   * what is printed: columns apart by `|` or tabs, without headings.
   */
  query(sql: string): Promise<string>
  /** Everything in all databases, as SQL text. */
  dump(): Promise<string>
  /**
   * Writes what is held in memory into the files of {@link dataFolder}, so that a search there sees
   * all of it.
   */
  flush(): Promise<void>
  /**
   * The statements that ordinary users ran while `work` was done, `BEGIN` and the like included.
   * Whatever else runs at the same time is counted too.
   */
  statementsDuring<T>(
    work: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly statements: readonly CountedStatement[] }>
  /** Everything the server has logged so far. */
  log(): Promise<string>
  /** Sockets it listens on. */
  listening(): Promise<ListeningSocket[]>
  /** Stops it and starts it again on the same data and port. */
  restart(change?: { readonly logLevel?: SqlLogLevel | undefined }): Promise<void>
  /** Stops the process and keeps the data; `restart` brings it back. */
  halt(): Promise<void>
  /** Stops it and removes its folder. */
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** What differs between the database products. */
export interface SqlParts extends SqlCredentials {
  readonly scheme: 'postgresql' | 'mysql'
  readonly address: ServerAddress
  readonly database: string
  readonly admin: SqlCredentials
  readonly authorities: ThrowawayAuthorities
  readonly folder: string
  readonly dataFolder: string
  readonly logFile: string
  readonly logLevel: SqlLogLevel
  launch(logLevel: SqlLogLevel): Promise<ServerProcess>
  /** The running process that `launch` already gave. */
  readonly started: ServerProcess
  query(sql: string): Promise<string>
  dump(): Promise<string>
  flush(): Promise<void>
  statementsDuring: SqlServer['statementsDuring']
}

/** What both database servers do the same way. */
export function sqlServer<Product extends SqlServer['product']>(
  product: Product,
  parts: SqlParts,
): SqlServer & { readonly product: Product } {
  const { address, user, password, database, admin, authorities, folder, dataFolder, logFile } =
    parts
  let running = parts.started
  let logLevel = parts.logLevel
  const stop = async () => {
    await running.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return {
    ...{ product, ...address, user, password, database, admin, folder, dataFolder, logFile },
    url: `${parts.scheme}://${user}:${password}@${address.host}:${address.port}/${database}`,
    ca: authorities.ca,
    caFile: authorities.caFile,
    untrustedCa: authorities.untrustedCa,
    get pid() {
      return running.pid
    },
    query: async (sql) => (await parts.query(sql)).replace(/\n$/, ''),
    dump: parts.dump,
    flush: parts.flush,
    statementsDuring: parts.statementsDuring,
    log: () => readFile(logFile, 'utf8'),
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
