import { DatabaseSync } from 'node:sqlite'
import { userStoreConformance } from '@force-reset/core/testing'
import { Kysely } from 'kysely'
import { describe, expect, it } from 'vitest'
import { conformanceSubject, probesWithout } from '../fixtures/conformance-subject.ts'
import { conformanceCases, oneTable, tableShapes } from '../fixtures/table-shapes.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyTables } from '../options/any-database.ts'

for (const { shape, name, options } of conformanceCases(tableShapes)) {
  userStoreConformance(
    { describe, it },
    `SQLite, ${name}:`,
    async () => {
      const database = new DatabaseSync(':memory:')
      const db = new Kysely<AnyTables>({ dialect: sqliteDialect(database) })
      const probe = {
        database: 'sqlite' as const,
        run: async (
          text: string,
          parameters: readonly (string | number | bigint | boolean | null)[] = [],
        ) => {
          const statement = database.prepare(text)
          statement.setReadBigInts(true)
          return statement.all(
            ...parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value)),
          )
        },
      }
      return await conformanceSubject(shape, probe, db, () => db.destroy(), options)
    },
    { without: probesWithout(shape) },
  )
}

it('has a fixture that fails a store which speaks another dialect than the one meant', async () => {
  const db = new Kysely<AnyTables>({ dialect: sqliteDialect(new DatabaseSync(':memory:')) })
  const probe = { database: 'postgres', run: async () => [] } as const
  const made = conformanceSubject(oneTable, probe, db, () => db.destroy())
  await expect(made).rejects.toThrow('The store uses the dialect sqlite, and not postgres.')
  await db.destroy()
})
