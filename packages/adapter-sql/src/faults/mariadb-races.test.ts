import { Kysely, MysqlDialect } from 'kysely'
import mysql from 'mysql2'
import { describeWithMariaDb } from '../fixtures/on-databases.ts'
import { addressOf } from '../fixtures/race-track.ts'
import type { TestDatabase } from '../fixtures/server-databases.ts'
import { describeRaces } from '../fixtures/server-races.ts'
import type { AnyTables } from '../options/any-database.ts'

describeWithMariaDb('MariaDB', (on) => {
  const nameOf = async ({ probe }: TestDatabase): Promise<string> =>
    String((await probe.run('SELECT DATABASE() AS name'))[0]?.['name'])
  describeRaces('MariaDB', () => ({
    open: () => on.open(),
    again: async (database) => {
      const { ca, ...address } = { ...addressOf(on.server), database: await nameOf(database) }
      const big = { supportBigNumbers: true, bigNumberStrings: true }
      const pool = mysql.createPool({ ...address, ssl: { ca }, ...big })
      return { db: new Kysely<AnyTables>({ dialect: new MysqlDialect({ pool }) }) }
    },
    startOf: async (database, shape) => ({
      shape,
      mariadb: { ...addressOf(on.server), database: await nameOf(database) },
    }),
  }))
})
