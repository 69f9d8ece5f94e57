/**
 * Run by a test in a process of its own: one reset, in which the process kills itself at the step
 * that the first line on standard input names. Prints the temporary password once it is made, which
 * only a process of a test may do.
 */

import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { type AuditEvent, forceReset, type PendingResets } from '@force-reset/core'
import { withFound } from '@force-reset/core/testing'
import { Kysely, MysqlDialect, PostgresDialect } from 'kysely'
import mysql from 'mysql2'
import pg from 'pg'
import { sqlAudit } from '../audit/sql-audit.ts'
import { sqlPendingResets } from '../audit/sql-pending-resets.ts'
import { cheapHasher } from '../fixtures/conformance-subject.ts'
import { oneTable, testSecret } from '../fixtures/table-shapes.ts'
import type { AnyOptions, AnyTables } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

/** What the process is told. */
export interface DyingReset {
  readonly product: 'postgres' | 'mariadb'
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly ca: string
  /** PostgreSQL only. */
  readonly schema: string
  readonly userId: string
  readonly version: string
  /** The step after which the process kills itself; any other text for none. */
  readonly step: string
  /** `false`: a reset without pending rows, to prove that the test needs them. */
  readonly remembers: boolean
}

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const order: DyingReset = JSON.parse((await lines.next()).value ?? '')
const { product, host, port, user, password, database, ca, schema, step } = order
const reach = { host, port, user, password, database, ssl: { ca } }

const db = new Kysely<AnyTables>({
  dialect:
    product === 'postgres'
      ? new PostgresDialect({
          pool: new pg.Pool({ ...reach, options: `-c search_path=${schema},public` }),
        })
      : new MysqlDialect({ pool: mysql.createPool(reach) }),
})

/** Nothing of this process runs after its own SIGKILL. */
async function after<T>(name: string, value: T): Promise<T> {
  if (name === step) process.kill(process.pid, 'SIGKILL')
  return value
}

const options = { ...oneTable.options, hasher: cheapHasher, secret: testSecret } as AnyOptions
const plain = sqlUserStore(db, options)
const noted = withFound(plain, (found) => ({
  ...found,
  check: async (asked) => await after('check', await found.check(asked)),
  prepare: async (write) => {
    await write.password.use((bytes) => void writeSync(1, `${new TextDecoder().decode(bytes)}\n`))
    const prepared = await found.prepare(write)
    if (prepared.outcome === 'refused') return prepared
    return await after('prepare', {
      ...prepared,
      write: async () => await after('write', await prepared.write()),
    })
  },
}))
const store = {
  ...noted,
  find: async (id: string) => await after('find', await noted.find(id)),
}

const rows = sqlPendingResets(db)
const pending: PendingResets = {
  ...rows,
  open: async (reset) => await after('pending opened', await rows.open(reset)),
  change: async (resetId, from, to) =>
    await after(`pending ${to.state}`, await rows.change(resetId, from, to)),
  close: async (resetId, from) => await after('pending closed', await rows.close(resetId, from)),
}
const sink = sqlAudit(db)
const audit = async (event: AuditEvent) => await after(event.type, await sink(event))

await forceReset(
  {
    store,
    ...(order.remembers && { pending }),
    authorize: () => true,
    audit,
    onApplied: async () => await after('on applied', undefined),
  },
  { operator: { id: 'operator' }, userId: order.userId, version: order.version },
)
process.kill(process.pid, 'SIGKILL')
