import { ForceResetError } from '@force-reset/core'
import { type Kysely, WithSchemaPlugin } from 'kysely'
import { mysql } from './mysql.ts'
import { postgres } from './postgres.ts'
import type { SqlDialect } from './sql-dialect.ts'
import { sqlite } from './sqlite.ts'

/** Every database that the package speaks to. */
export const dialects: readonly SqlDialect[] = [postgres, mysql, sqlite]

/**
 * The dialect that Kysely speaks to this database.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a database that is neither PostgreSQL nor
 *   MariaDB or MySQL nor SQLite. Also for a database of `withSchema()`, which does not reach the
 *   statements of the store: they would change the table of another schema.
 * @example
 * const dialect = dialectOf(db)
 */
export function dialectOf<DB>(db: Kysely<DB>): SqlDialect {
  if (typeof db?.getExecutor !== 'function')
    fail('db must be a Kysely instance; one is made on the pool of a driver')
  const { adapter, plugins } = db.getExecutor()
  if (plugins.some((plugin) => plugin instanceof WithSchemaPlugin))
    fail("db must be without withSchema(): name the schema with the table, as in 'schema.table'")
  const dialect = dialects.find((one) => adapter instanceof one.adapter)
  return dialect ?? fail('db must be a Kysely instance for PostgreSQL, MariaDB, MySQL or SQLite')
}

function fail(message: string): never {
  throw new ForceResetError('ERR_INVALID_CONFIG', message)
}
