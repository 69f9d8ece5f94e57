import { userStoreConformance } from '@force-reset/core/testing'
import { type SambaAdServer, startSambaAd } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { directorySubject } from '../fixtures/directory-subject.ts'
import { activeDirectory } from './dialect.ts'
import { guidText } from './guid.ts'

describeWithServer('samba', 'Active Directory', () => {
  let server: SambaAdServer
  beforeAll(async () => {
    server = await startSambaAd()
  })
  afterAll(() => server.stop())

  for (const way of ['url', 'startTlsUrl'] as const) {
    userStoreConformance(
      { describe, it },
      `activeDirectory() over ${way === 'url' ? 'LDAPS' : 'StartTLS'}`,
      () =>
        directorySubject({
          server,
          options: { url: server[way], dialect: activeDirectory() },
          idOf: (entry) =>
            guidText(entry.attributes.get('objectguid')?.[0] ?? Buffer.alloc(0)) ?? '',
          statuses: {
            active: 'active',
            pending: 'pending',
            suspended: 'disabled',
            deleted: undefined,
          },
        }),
    )
  }
})
