import type { CountedStatement } from '@force-reset/testing'
import { expect, it } from 'vitest'
import { conformanceSubject } from '../fixtures/conformance-subject.ts'
import { describeWithMariaDb, describeWithPostgres } from '../fixtures/on-databases.ts'
import { activeAccount, resetIn } from '../fixtures/reset-in.ts'
import type { TestDatabase } from '../fixtures/server-databases.ts'
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

describeWithPostgres(
  'the statements of a reset, counted by PostgreSQL',
  (on) => {
    const counted = async (shape: TableShape) =>
      await countedFor(await on.open(), shape, on.server.statementsDuring)

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
  },
  { sql: 'CREATE EXTENSION citext' },
)

describeWithMariaDb('the statements of a reset, counted by MariaDB', (on) => {
  it('are two', async () => {
    expect(await countedFor(await on.open(), oneTable, on.server.statementsDuring)).toEqual(two)
  })
})
