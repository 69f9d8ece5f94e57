import {
  type CountedStatement,
  type MariaDbServer,
  type PostgresServer,
  startMariaDb,
  startPostgres,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { conformanceSubject } from '../fixtures/conformance-subject.ts'
import { activeAccount, resetIn } from '../fixtures/reset-in.ts'
import {
  mariaDbDatabase,
  mariaDbGrant,
  postgresDatabase,
  type TestDatabase,
} from '../fixtures/server-databases.ts'
import type { TableShape } from '../fixtures/table-shape.ts'
import {
  credentialsTable,
  oneTable,
  rolesAlone,
  rolesAndSessions,
  splitTables,
  tableShapes,
} from '../fixtures/table-shapes.ts'

type Counting = <T>(
  work: () => Promise<T>,
) => Promise<{ readonly statements: readonly CountedStatement[] }>

const resets = 5

/** The first words of what the server ran for several resets through core, and how often. */
async function countedFor(
  { db, probe, close }: TestDatabase,
  shape: TableShape,
  statementsDuring: Counting,
): Promise<Readonly<Record<string, number>>> {
  const subject = await conformanceSubject(shape, probe, db, close)
  const accounts = await Promise.all(Array.from({ length: resets }, () => activeAccount(subject)))
  const { statements } = await statementsDuring(async () => {
    for (const { id, user } of accounts)
      expect((await resetIn(subject.store, id, user.version)).ok).toBe(true)
  })
  await close()
  const counts: Record<string, number> = {}
  for (const { query, calls } of statements) {
    const [word = ''] = query.trim().toUpperCase().split(/\W/)
    counts[word] = (counts[word] ?? 0) + calls
  }
  return counts
}

/** One look and one write for each reset, and nothing else at all. */
const two = { SELECT: resets, UPDATE: resets }
const inOneTable = tableShapes.filter(
  ({ options }) => options.credentials === undefined && options.ended === undefined,
)

describeWithServer('postgres', 'the statements of a reset, counted by PostgreSQL', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await startPostgres({ sql: 'CREATE EXTENSION citext' })
  })
  afterAll(async () => await server?.stop())
  const counted = async (shape: TableShape) =>
    await countedFor(await postgresDatabase(server), shape, server.statementsDuring)

  it.each(inOneTable)('are two: $name', async (shape) => {
    expect(await counted(shape)).toEqual(two)
  })

  it('are a transaction where sessions end, or with a lock where tables are two', async () => {
    const locked = { SELECT: 2 * resets, UPDATE: resets, START: resets, COMMIT: resets }
    expect(await counted(rolesAndSessions)).toEqual({ ...locked, DELETE: 2 * resets })
    expect(await counted(rolesAlone)).toEqual(locked)
    expect(await counted(credentialsTable)).toEqual(locked)
    expect(await counted(splitTables)).toEqual({ ...locked, UPDATE: 2 * resets })
  })
})

describeWithServer('mariadb', 'the statements of a reset, counted by MariaDB', () => {
  let server: MariaDbServer
  beforeAll(async () => {
    server = await startMariaDb()
    await server.query(mariaDbGrant)
  })
  afterAll(async () => await server?.stop())

  it('are two', async () => {
    expect(
      await countedFor(await mariaDbDatabase(server), oneTable, server.statementsDuring),
    ).toEqual(two)
  })
})
