import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pendingResetsConformance } from '@force-reset/core/testing'
import { CamelCasePlugin, Kysely, sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { describeWithMariaDb, describeWithPostgres } from '../fixtures/on-databases.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyDatabase, AnyTables } from '../options/any-database.ts'
import { sqlPendingResetsMigration } from './migrations.ts'
import { sqlPendingResets } from './sql-pending-resets.ts'

const runner = { describe, it }

/** A subject on an empty database; its pool has a connection for each caller. */
async function subjectOn(db: AnyDatabase, close: () => Promise<void>, other: AnyDatabase = db) {
  await sqlPendingResetsMigration.up(db)
  return { pending: sqlPendingResets(db), another: () => sqlPendingResets(other), close }
}

pendingResetsConformance(runner, 'sqlPendingResets on SQLite', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pending-'))
  const open = () => {
    const database = new DatabaseSync(join(folder, 'resets.db'), { timeout: 5_000 })
    return new Kysely<AnyTables>({ dialect: sqliteDialect(database) })
  }
  const [one, other] = [open(), open()]
  const close = async () => {
    await one.destroy()
    await other.destroy()
    rmSync(folder, { recursive: true })
  }
  return await subjectOn(one, close, other)
})

describe('sqlPendingResets', () => {
  const open = (plugins: readonly CamelCasePlugin[] = []) =>
    new Kysely<AnyTables>({
      dialect: sqliteDialect(new DatabaseSync(':memory:')),
      plugins: [...plugins],
    })

  pendingResetsConformance(runner, 'a database whose plugin rewrites names', async () => {
    const db = open([new CamelCasePlugin()])
    return await subjectOn(db, () => db.destroy())
  })

  it('refuses a transaction, which could be rolled back and the reset with it', async () => {
    await open()
      .transaction()
      .execute(async (trx) => {
        expect(() => sqlPendingResets(trx)).toThrow(
          expect.objectContaining({ code: 'ERR_INVALID_CONFIG' }),
        )
      })
  })

  it.each(['', 'x', '1 ', '1 \u0000', 'abc r-1', '1'.repeat(16)])(
    'refuses the cursor %j, which it did not make',
    async (cursor) => {
      const db = open()
      const { pending } = await subjectOn(db, () => db.destroy())
      await expect(pending.list({ limit: 1, cursor })).rejects.toThrow(
        expect.objectContaining({ name: 'StoreError', code: 'invalid_request' }),
      )
    },
  )

  it('hands out the resets behind many rows that no reset has written', async () => {
    const db = open()
    const { pending } = await subjectOn(db, () => db.destroy())
    for (const [n, mark, state] of [
      ...Array.from({ length: 25 }, (_, i) => [i, 'no mark', 'unknown'] as const),
      [25, 'sql1.m', 'lost'] as const,
      [26, 'sql1.m', 'unknown'] as const,
      [27, 'sql1.m', 'unknown'] as const,
    ])
      await sql`INSERT INTO force_reset_pending
        (reset_id, store, scope, user_id, operator_id, attempted_at_ms, mark, state)
        VALUES (${`r-${n}`}, 'sql', '', '42', 'kim', ${n}, ${mark}, ${state})`.execute(db)
    const asked = { now: new Date(100), olderThan: new Date(0), leaseSeconds: 30 }
    const ids = async (limit: number) =>
      (await pending.claim({ ...asked, limit })).map(({ resetId }) => resetId)
    expect(await ids(1)).toEqual(['r-26'])
    expect(await ids(20)).toEqual(['r-27'])
    expect(await ids(20)).toEqual([])
  })

  it('throws no error of a driver, whose message can hold a row', async () => {
    const db = open()
    const error = await sqlPendingResets(db)
      .list({ limit: 1 })
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'StoreError', code: 'store_unavailable' })
    expect(String(error)).not.toContain('force_reset_pending')
  })

  it('loses its table with the reverse of its migration', async () => {
    const db = open()
    const { pending } = await subjectOn(db, () => db.destroy())
    await sqlPendingResetsMigration.down(db)
    await expect(pending.close('r-1', 'attempted')).rejects.toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ key: 'schema' }) }),
    )
    await sqlPendingResetsMigration.up(db)
    await pending.close('r-1', 'attempted')
  })
})

describeWithPostgres('pending resets on PostgreSQL', (on) => {
  pendingResetsConformance(runner, 'sqlPendingResets on PostgreSQL', async () => {
    const { db, close } = await on.open()
    return await subjectOn(db, close)
  })
})

describeWithMariaDb('pending resets on MariaDB', (on) => {
  pendingResetsConformance(runner, 'sqlPendingResets on MariaDB', async () => {
    const { db, close } = await on.open()
    return await subjectOn(db, close)
  })

  it('takes every name, where the default of the database is an old character set', async () => {
    const { db, close } = await on.open()
    await sql`ALTER DATABASE CHARACTER SET latin1`.execute(db)
    const { pending } = await subjectOn(db, close)
    expect((await pending.list({ limit: 1 })).resets).toEqual([])
    await close()
  })
})
