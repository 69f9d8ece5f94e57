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
  if (dialect) return dialect
  if (isOfAnotherCopy(adapter))
    fail(
      'db comes from another copy of the package kysely than this package uses. One copy ' +
        'does not know the classes of the other. Install one copy: "npm ls kysely" shows all',
    )
  return fail('db must be a Kysely instance for PostgreSQL, MariaDB, MySQL or SQLite')
}

/** Whether a class of the adapter has the name of one that is known here, and is another class. */
function isOfAnotherCopy(adapter: unknown): boolean {
  const names = dialects.map((one) => one.adapter.name)
  for (let one: object | null = Object(adapter); one; one = Object.getPrototypeOf(one))
    if (names.includes(one.constructor.name)) return true
  return false
}

function fail(message: string): never {
  throw new ForceResetError('ERR_INVALID_CONFIG', message)
}
