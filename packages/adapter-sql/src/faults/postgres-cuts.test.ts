import { postgresMessages, runFaultCampaign } from '@force-reset/testing/faults'
import { it } from 'vitest'
import { describeWithPostgres } from '../fixtures/on-databases.ts'
import { oneTable } from '../fixtures/table-shapes.ts'
import { everyByte, isTrue, limit, onSubject } from './every-byte.fixture.ts'
import { faultsOf, recordCuts, recordReset } from './planned-cuts.fixture.ts'

describeWithPostgres(
  'cuts at every byte on PostgreSQL',
  (on) => {
    everyByte('PostgreSQL', postgresMessages, () => ({
      address: on.server,
      open: (reach) => on.open(reach),
      tls: false,
    }))

    it('tells no lie about a reset over TLS that is cut at any record', limit, async () => {
      const target = { address: on.server, open: on.open, tls: true }
      const report = await onSubject(target, oneTable, async (subject) => {
        const faults = faultsOf(subject, recordCuts(await recordReset(subject)))
        const [name, store] = ['cuts-postgresql-tls', 'PostgreSQL over TLS, one table']
        return runFaultCampaign({ name, store, subject, faults, quick: 20 })
      })
      isTrue(report, 'store_unavailable')
    })
  },
  { requireTls: false },
)
