import { userStoreConformance } from '@force-reset/core/testing'
import {
  type PgBouncerServer,
  type PostgresServer,
  startPgBouncer,
  startPostgres,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { conformanceSubject, probesWithout } from '../fixtures/conformance-subject.ts'
import { pgBouncerDatabase, postgresDatabase } from '../fixtures/server-databases.ts'
import { conformanceCases, oneTable, rolesAndSessions } from '../fixtures/table-shapes.ts'

describeWithServer('postgres', 'PostgreSQL over TLS', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres({ sql: 'CREATE EXTENSION citext' })
  })
  afterAll(async () => await server?.stop())

  for (const { shape, name, options } of conformanceCases([oneTable])) {
    userStoreConformance(
      { describe, it },
      `PostgreSQL, ${name}:`,
      async () => {
        const { db, probe, close } = await postgresDatabase(server)
        return await conformanceSubject(shape, probe, db, close, options)
      },
      { without: probesWithout(shape) },
    )
  }
})

describeWithServer(['postgres', 'pgbouncer'], 'PgBouncer, pooling by transaction, over TLS', () => {
  let server: PostgresServer
  let bouncer: PgBouncerServer
  beforeAll(async () => {
    server = await startPostgres({ sql: 'CREATE EXTENSION citext' })
    bouncer = await startPgBouncer(server)
  })
  afterAll(async () => {
    await bouncer?.stop()
    await server?.stop()
  })

  // One shape that writes alone, and one that writes in a transaction.
  for (const shape of [oneTable, rolesAndSessions]) {
    userStoreConformance(
      { describe, it },
      `PgBouncer, ${shape.name}:`,
      async () => {
        const { db, probe, close } = await pgBouncerDatabase(bouncer)
        return await conformanceSubject(shape, probe, db, close)
      },
      { without: probesWithout(shape) },
    )
  }
})
