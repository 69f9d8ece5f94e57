import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { describeWithPostgres } from '../fixtures/on-databases.ts'
import { addressOf } from '../fixtures/race-track.ts'
import { survivesCuts, type TestDatabase } from '../fixtures/server-databases.ts'
import { describeRaces } from '../fixtures/server-races.ts'
import type { AnyTables } from '../options/any-database.ts'

describeWithPostgres('PostgreSQL', (on) => {
  const schemaOf = async ({ probe }: TestDatabase): Promise<string> =>
    String((await probe.run('SELECT current_schema() AS name'))[0]?.['name'])
  describeRaces('PostgreSQL', () => ({
    open: () => on.open(),
    again: async (database) => {
      const { host, port, user, password, database: name, ca } = on.server
      const options = `-c search_path=${await schemaOf(database)},public`
      const pool = new pg.Pool({ host, port, user, password, database: name, ssl: { ca }, options })
      survivesCuts(pool)
      return { db: new Kysely<AnyTables>({ dialect: new PostgresDialect({ pool }) }) }
    },
    startOf: async (database, shape) => ({
      shape,
      postgres: { ...addressOf(on.server), schema: await schemaOf(database) },
    }),
  }))
})
