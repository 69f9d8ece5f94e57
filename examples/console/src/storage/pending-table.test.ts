import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqlPendingResets } from '@force-reset/adapter-sql'
import { sqliteDialect } from '@force-reset/adapter-sql/node-sqlite'
import { Kysely, sql } from 'kysely'
import { afterEach, describe, expect, it } from 'vitest'
import { preparePendingTable } from './pending-table.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

/** So many connections to one empty database. */
function connections(count: number): readonly Kysely<unknown>[] {
  const folder = mkdtempSync(join(tmpdir(), 'pending-'))
  const opened = Array.from({ length: count }, () => {
    const database = new DatabaseSync(join(folder, 'trail.db'), { timeout: 5_000 })
    return new Kysely<unknown>({ dialect: sqliteDialect(database) })
  })
  ends.push(...opened.map((db) => () => db.destroy()), () => rmSync(folder, { recursive: true }))
  return opened
}

describe('preparePendingTable', () => {
  it('makes the table once, however many consoles start at the same moment', async () => {
    const consoles = connections(5)
    await Promise.all(consoles.map(preparePendingTable))
    for (const db of consoles) expect(await sqlPendingResets(db).list({ limit: 1 })).toBeTruthy()
  })

  it('gives the table of an earlier console the column that it lacks, and keeps rows', async () => {
    const [db] = connections(1)
    if (!db) throw new Error('There is no connection.')
    await preparePendingTable(db)
    await sql`ALTER TABLE force_reset_pending DROP COLUMN throwaway_mark`.execute(db)
    await sql`INSERT INTO force_reset_pending
      (reset_id, store, scope, user_id, operator_id, attempted_at_ms, mark, state)
      VALUES ('r-1', 'sql', '', '42', 'kim', 0, 'sql1.m', 'unknown')`.execute(db)
    await preparePendingTable(db)
    expect((await sqlPendingResets(db).list({ limit: 5 })).resets).toMatchObject([
      { resetId: 'r-1', state: 'unknown', throwaway: null },
    ])
  })
})
