import { userStoreConformance } from '@force-reset/core/testing'
import { type SambaAdServer, startSambaAd } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, describe, it } from 'vitest'
import {
  directorySubject,
  directoryWithout,
  type SubjectParts,
} from '../fixtures/directory-subject.ts'
import { activeDirectory } from './dialect.ts'
import { guidText } from './privilege/guid.ts'

/** How the suite reaches the controller. */
interface Way {
  readonly name: string
  options(server: SambaAdServer): SubjectParts['options']
}

const ways: readonly Way[] = [
  { name: 'over LDAPS', options: ({ url }) => ({ url, dialect: activeDirectory() }) },
  {
    name: 'over StartTLS, keeping locks',
    options: ({ startTlsUrl }) => ({
      url: startTlsUrl,
      dialect: activeDirectory(),
      unlock: false,
    }),
  },
  {
    name: 'with a stamp',
    options: ({ url, admin }) => ({
      url,
      dialect: activeDirectory({ stampAttribute: 'comment' }),
      // Writes on the stamp are not delegated on this server.
      bind: admin,
    }),
  },
]

describeWithServer('samba', 'Active Directory', () => {
  let server: SambaAdServer
  beforeAll(async () => {
    server = await startSambaAd()
  })
  afterAll(() => server.stop())

  for (const { name, options } of ways) {
    userStoreConformance(
      { describe, it },
      `activeDirectory() ${name}`,
      () =>
        directorySubject({
          server,
          options: options(server),
          idOf: (entry) =>
            guidText(entry.attributes.get('objectguid')?.[0] ?? Buffer.alloc(0)) ?? '',
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
