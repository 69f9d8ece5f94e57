import { userStoreConformance } from '@force-reset/core/testing'
import { describe, it } from 'vitest'
import { conformanceSubject, probesWithout } from '../fixtures/conformance-subject.ts'
import { describeWithMariaDb } from '../fixtures/on-databases.ts'
import { conformanceCases, oneTable } from '../fixtures/table-shapes.ts'

describeWithMariaDb('MariaDB over TLS', (on) => {
  for (const { shape, name, options } of conformanceCases([oneTable])) {
    userStoreConformance(
      { describe, it },
      `MariaDB, ${name}:`,
      async () => {
        const { db, probe, close } = await on.open()
        return await conformanceSubject(shape, probe, db, close, options)
      },
      { without: probesWithout(shape) },
    )
  }
})
