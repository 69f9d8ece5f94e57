import { userStoreConformance } from '@force-reset/core/testing'
import { type OpenLdapServer, startOpenLdap, textValue } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { directorySubject, directoryWithout } from '../fixtures/directory-subject.ts'
import { openLdap } from './dialect.ts'

describeWithServer('slapd', 'OpenLDAP', () => {
  let server: OpenLdapServer
  beforeAll(async () => {
    server = await startOpenLdap()
  })
  afterAll(() => server.stop())

  for (const way of ['url', 'startTlsUrl'] as const) {
    userStoreConformance(
      { describe, it },
      `openLdap() over ${way === 'url' ? 'LDAPS' : 'StartTLS, keeping locks'}`,
      () =>
        directorySubject({
          server,
          options: {
            url: server[way],
            unlock: way === 'url',
            dialect: openLdap({
              privilegedGroups: [server.privilegedGroupDn],
              defaultPolicy: server.policyDn,
            }),
          },
          idOf: (entry) => textValue(entry, 'entryUUID') ?? '',
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
