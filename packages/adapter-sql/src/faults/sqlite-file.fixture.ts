import type { DatabaseSync } from 'node:sqlite'
import type { ConformanceSubject } from '@force-reset/core/testing'
import { Kysely } from 'kysely'
import { sqlPendingResetsMigration } from '../audit/migrations.ts'
import { sqlPendingResets } from '../audit/sql-pending-resets.ts'
import { cheapHasher, conformanceSubject } from '../fixtures/conformance-subject.ts'
import { splitTables, testSecret } from '../fixtures/table-shapes.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyOptions, AnyTables } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

/** A reset changes two tables, in one transaction. */
const shape = splitTables

/** A configuration on a database that has its tables already. */
export function sqliteFileConfig(database: DatabaseSync) {
  const db = new Kysely<AnyTables>({ dialect: sqliteDialect(database) })
  const options = { ...shape.options, hasher: cheapHasher, secret: testSecret } as AnyOptions
  return {
    store: sqlUserStore(db, options),
    authorize: () => true,
    audit: () => undefined,
    pending: sqlPendingResets(db),
  }
}

/** Makes the tables, and looks behind their store: each time in the database of the moment. */
export async function sqliteFileSubject(now: () => DatabaseSync): Promise<ConformanceSubject> {
  const db = new Kysely<AnyTables>({ dialect: sqliteDialect(now()) })
  const probe = {
    database: 'sqlite' as const,
    run: async (
      text: string,
      parameters: readonly (string | number | bigint | boolean | null)[] = [],
    ) =>
      now()
        .prepare(text)
        .all(...parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value))),
  }
  await sqlPendingResetsMigration.up(db)
  return await conformanceSubject(shape, probe, db, async () => undefined)
}
