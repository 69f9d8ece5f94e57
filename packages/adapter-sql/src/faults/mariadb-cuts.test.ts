import { mysqlPackets } from '@force-reset/testing/faults'
import { describeWithMariaDb } from '../fixtures/on-databases.ts'
import { everyByte } from './every-byte.fixture.ts'

describeWithMariaDb(
  'cuts at every byte on MariaDB',
  (on) => {
    everyByte('MariaDB', mysqlPackets, () => ({
      address: on.server,
      open: (reach) => on.open(reach),
      tls: false,
    }))
  },
  { requireTls: false },
)
