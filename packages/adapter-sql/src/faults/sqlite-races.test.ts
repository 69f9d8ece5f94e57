import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { ConformanceSubject } from '@force-reset/core/testing'
import { expectFairRaces, expectUnfairRaces, forgetful, racerOf } from '@force-reset/testing/races'
import { Kysely } from 'kysely'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { cheapHasher, conformanceSubject, type Probe } from '../fixtures/conformance-subject.ts'
import { sqlTrack, startSqlRacer } from '../fixtures/race-track.ts'
import { oneTable, rolesAndSessions, testSecret } from '../fixtures/table-shapes.ts'
import { sqliteDialect } from '../node-sqlite.ts'
import type { AnyTables } from '../options/any-database.ts'
import { sqlUserStore } from '../store/sql-user-store.ts'

describe.each([oneTable, rolesAndSessions])('races on SQLite with $name', (shape) => {
  let folder: string
  let subject: ConformanceSubject
  let probe: Probe
  const file = (): string => join(folder, 'users.db')
  const handle = (): DatabaseSync => new DatabaseSync(file(), { timeout: 60_000 })
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'force-reset-races-'))
    const own = handle()
    probe = {
      database: 'sqlite',
      run: async (text, parameters = []) =>
        own
          .prepare(text)
          .all(...parameters.map((value) => (typeof value === 'boolean' ? Number(value) : value))),
    }
    const db = new Kysely<AnyTables>({ dialect: sqliteDialect(handle()) })
    subject = await conformanceSubject(shape, probe, db, async () => {
      own.close()
      await db.destroy()
    })
  })
  afterAll(async () => {
    await subject.close?.()
    rmSync(folder, { recursive: true })
  })

  const otherStore = () => {
    const db = new Kysely<AnyTables>({ dialect: sqliteDialect(handle()) })
    const store = sqlUserStore(db, { ...shape.options, hasher: cheapHasher, secret: testSecret })
    return { store, close: () => db.destroy() }
  }

  it('are fair between two connections', async () => {
    const { store, close } = otherStore()
    const racers = [racerOf(subject.store), racerOf(store)]
    await expectFairRaces(sqlTrack(shape.options, subject, probe, racers), { runs: 30 })
    await close()
  })

  it('are fair between two processes', async () => {
    const start = { shape: shape.name, sqlite: file() }
    await using one = startSqlRacer(start)
    await using other = startSqlRacer(start)
    await expectFairRaces(sqlTrack(shape.options, subject, probe, [one, other]), { runs: 6 })
  })

  it('find a store that forgets what the operator had seen', async () => {
    const racers = [racerOf(forgetful(subject.store))]
    const track = sqlTrack(shape.options, subject, probe, racers)
    await expectUnfairRaces(track, { runs: 40 })
  })
})
