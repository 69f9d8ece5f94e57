import { userStoreConformance } from '@force-reset/core/testing'
import { type Ds389Server, start389Ds, textValue } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { directorySubject, directoryWithout } from '../fixtures/directory-subject.ts'
import { ds389 } from './dialect.ts'

describeWithServer('389ds', '389 Directory Server', () => {
  let server: Ds389Server
  beforeAll(async () => {
    server = await start389Ds()
  })
  afterAll(() => server.stop())

  for (const way of ['url', 'startTlsUrl'] as const) {
    userStoreConformance(
      { describe, it },
      `ds389() over ${way === 'url' ? 'LDAPS' : 'StartTLS, keeping locks'}`,
      () =>
        directorySubject({
          server,
          options: {
            url: server[way],
            unlock: way === 'url',
            dialect: ds389({ privilegedGroups: [server.privilegedGroupDn] }),
          },
          idOf: (entry) => textValue(entry, 'nsUniqueId') ?? '',
          statuses: {
            active: 'active',
            pending: 'pending',
            suspended: 'disabled',
            deleted: undefined,
          },
        }),
      { without: directoryWithout },
    )
  }
})
