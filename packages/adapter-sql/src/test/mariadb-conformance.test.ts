import { userStoreConformance } from '@force-reset/core/testing'
import { type MariaDbServer, startMariaDb } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { conformanceSubject, probesWithout } from '../fixtures/conformance-subject.ts'
import { mariaDbDatabase, mariaDbGrant } from '../fixtures/server-databases.ts'
import { conformanceCases, oneTable } from '../fixtures/table-shapes.ts'

describeWithServer('mariadb', 'MariaDB over TLS', () => {
  let server: MariaDbServer
  beforeAll(async () => {
    server = await startMariaDb()
    await server.query(mariaDbGrant)
  })
  afterAll(async () => await server?.stop())

  for (const { shape, name, options } of conformanceCases([oneTable])) {
    userStoreConformance(
      { describe, it },
      `MariaDB, ${name}:`,
      async () => {
        const { db, probe, close } = await mariaDbDatabase(server)
        return await conformanceSubject(shape, probe, db, close, options)
      },
      { without: probesWithout(shape) },
    )
  }
})
