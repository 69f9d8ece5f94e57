import type { ServerAddress } from '../process/loopback.ts'
import {
  type ServerParts,
  type ThrowawayServer,
  throwawayServer,
} from '../process/throwaway-server.ts'

/** A user of a database. */
export interface SqlCredentials {
  readonly user: string
  readonly password: string
}

/**
 * How much a database server writes into its log: `quiet` errors only, `statements` every statement
 * with its parameters. `everything` is all that the server can be made to say, for tests that
 * search for a secret in the worst log of all.
 */
export type SqlLogLevel = 'quiet' | 'statements' | 'everything'

/** One kind of statement that a server has run. */
export interface CountedStatement {
  /**
   * PostgreSQL: with constants replaced by `$1`, `$2` … (pg_stat_statements). MariaDB: as sent, or
   * as executed with its parameters put in.
   */
  readonly query: string
  /** How often the statement was run. */
  readonly calls: number
  /** Rows returned or changed, all calls together. PostgreSQL only. */
  readonly rows?: number | undefined
}

/**
 * A throwaway database server on loopback. Its functions use the product's own command line tools,
 * never the driver under test.
 */
export interface SqlServer extends SqlCredentials, ThrowawayServer<SqlLogLevel> {
  readonly product: 'postgres' | 'mariadb'
  readonly host: string
  readonly port: number
  /** An ordinary user, who owns {@link database} and nothing else. */
  readonly user: string
  readonly password: string
  readonly database: string
  /** Host, port, user, password and database in one. TLS needs {@link ca} besides. */
  readonly url: string
  /** The user that may do everything; for preparing a test, never for the code under test. */
  readonly admin: SqlCredentials
  /** The data, with the journals (`pg_wal`, `binlog.*`). */
  readonly dataFolder: string
  readonly logFile: string

  /**
   * Runs one or several SQL statements in {@link database} as the administrator. Answers what is
   * printed: columns apart by `|` or tabs, without headings.
   */
  query(sql: string): Promise<string>
  /** Everything in all databases, as SQL text. */
  dump(): Promise<string>
  /**
   * Writes the pages in memory into the files of {@link dataFolder}, so that a search there sees
   * all of them.
   */
  flush(): Promise<void>
  /**
   * The statements that ordinary users ran during `work`, `BEGIN` and the like included. Statements
   * of anything else that runs at the same time are counted too.
   */
  statementsDuring<T>(
    work: () => Promise<T>,
  ): Promise<{ readonly value: T; readonly statements: readonly CountedStatement[] }>
}

/** What differs between the database products. */
export interface SqlParts extends SqlCredentials, ServerParts<SqlLogLevel> {
  readonly scheme: 'postgresql' | 'mysql'
  readonly address: ServerAddress
  readonly database: string
  readonly admin: SqlCredentials
  readonly dataFolder: string
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
  const { address, user, password, database, admin, dataFolder, logFile } = parts
  return Object.assign(throwawayServer(parts), {
    product,
    ...address,
    user,
    password,
    database,
    url: `${parts.scheme}://${user}:${password}@${address.host}:${address.port}/${database}`,
    admin,
    dataFolder,
    logFile,
    query: async (sql: string) => (await parts.query(sql)).replace(/\n$/, ''),
    dump: parts.dump,
    flush: parts.flush,
    statementsDuring: parts.statementsDuring,
  })
}
