import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { anyVersion, forceReset, type UserStore } from '@force-reset/core'
import { readOnlyView, type SmallDisk, smallDisk } from '@force-reset/testing'
import {
  boastingStore,
  countFaults,
  type FaultSubject,
  type PlannedFault,
  publishFaults,
  resetUnderFault,
  runFaultCampaign,
} from '@force-reset/testing/faults'
import { describeWithMounts } from '@force-reset/testing/vitest'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { sqliteFileConfig, sqliteFileSubject } from './sqlite-file.fixture.ts'

/** Pages of 4,096 bytes that still fit: a reset needs fewer than the most of them. */
const mostPages = 40
const journalModes = ['delete', 'wal'] as const

/** A database in a file, the connection of a store, and one that looks behind the store. */
async function subjectOn(
  file: string,
  journalMode: string,
  openForStore: () => DatabaseSync,
): Promise<{ readonly subject: FaultSubject; close(): void }> {
  const behind = new DatabaseSync(file)
  behind.exec(`PRAGMA journal_mode = ${journalMode}`)
  const { add, signIn } = await sqliteFileSubject(() => behind)
  const database = openForStore()
  const { store, pending } = sqliteFileConfig(database)
  return {
    subject: { store, pending, add, signIn, pass: async () => undefined },
    close: () => {
      database.close()
      behind.close()
    },
  }
}

describeWithMounts('SQLite on a disk that is full', () => {
  let disk: SmallDisk
  beforeEach(async () => {
    disk = await smallDisk(16)
  })
  afterEach(async () => await disk.remove())

  const filled = async (
    journalMode: string,
    work: (subject: FaultSubject, faults: readonly PlannedFault[]) => Promise<void>,
  ) => {
    const file = join(disk.folder, 'users.db')
    const { subject, close } = await subjectOn(file, journalMode, () => new DatabaseSync(file))
    let isFull = false
    const fill = async (pages: number) => {
      await disk.fill(pages)
      isFull = true
    }
    const free = async () => {
      if (isFull) await disk.free()
      isFull = false
    }
    const faults = Array.from({ length: mostPages }, (_, pages) => [
      {
        fault: 'disk full from the look-up on',
        at: `from the look-up on, ${pages} pages left`,
        beforeReset: () => fill(pages),
      },
      {
        fault: 'disk full from the write on',
        at: `from the write on, ${pages} pages left`,
        beforeWrite: () => fill(pages),
      },
    ]).flat()
    await work({ ...subject, pass: free }, faults)
    close()
  }

  it.each(journalModes)('tells no lie, however many pages are left (%s)', async (mode) => {
    await filled(mode, async (subject, faults) => {
      const report = await runFaultCampaign({
        name: `full-disk-sqlite-${mode}`,
        store: `SQLite on a full disk, journal mode ${mode}`,
        subject,
        faults,
        quick: 10,
      })
      expect(report.lies).toEqual([])
      // Some resets found room, and some did not. A few that are drawn may all have been alike.
      const said = new Set(report.counts.map((count) => count.said))
      const met = report.counts.reduce((sum, { count }) => sum + count, 0)
      if (met === report.planned) expect(said.size).toBeGreaterThan(1)
    })
  })

  it('says that the disk is full', async () => {
    await filled('delete', async ({ store, add, pass }) => {
      const account = await add({ status: 'active' })
      await disk.fill()
      expect(await refusalOf(store, account?.id)).toBe('full')
      await disk.free()
      await pass()
    })
  })

  it('finds the lie of a store that takes a refusal for a success', async () => {
    await filled('delete', async ({ store, add, signIn, pass }, faults) => {
      // A row that the full disk keeps would refuse the boast: pending resets stand elsewhere.
      const subject = { store, add, signIn, pass }
      const { lies } = await runFaultCampaign({
        ...{ name: 'control', store: 'broken', subject, faults, quick: 10 },
        meddle: boastingStore,
      })
      expect(lies.length).toBeGreaterThan(0)
    })
  })
})

/** The key of the reason for which one reset is refused. */
async function refusalOf(store: UserStore, userId = ''): Promise<string | undefined> {
  const config = { store, authorize: () => true, audit: () => undefined }
  const operator = { id: 'operator' }
  const result = await forceReset(config, { operator, userId, version: anyVersion })
  return !result.ok && result.detail?.reason === 'store' ? result.detail.key : undefined
}

/** A way in which a database may not be written. */
interface ReadOnly {
  readonly fault: string
  /** The file that may be written, in a folder that may not. */
  readonly writable?: string
  readonly open: (file: string) => DatabaseSync
}

const open = (file: string) => new DatabaseSync(file)
const ways: readonly ReadOnly[] = [
  {
    fault: 'database opened read-only',
    open: (file) => new DatabaseSync(file, { readOnly: true }),
  },
  { fault: 'file and folder read-only', open },
  { fault: 'folder read-only, no journal can be made', writable: 'users.db', open },
]

describeWithMounts('SQLite that may not be written', () => {
  /** A database of its own, which the test may write, and the store may not. */
  const subjectOf = async (way: ReadOnly, mode: string) => {
    const disk = await smallDisk(4)
    const file = join(disk.folder, 'users.db')
    new DatabaseSync(file).close()
    const view = await readOnlyView(disk.folder, way.writable)
    const { subject, close } = await subjectOn(file, mode, () =>
      way.open(join(view.folder, 'users.db')),
    )
    const remove = async () => {
      close()
      await view.remove()
      await disk.remove()
    }
    return { subject, remove }
  }
  const resetOn = async ({ way, mode, isKeptInside, ...fault }: ReadOnlyFault) => {
    const { subject, remove } = await subjectOf(way, mode)
    const { pending, ...others } = subject
    const result = await resetUnderFault(isKeptInside ? subject : others, fault)
    await remove()
    return result
  }
  interface ReadOnlyFault extends PlannedFault {
    readonly way: ReadOnly
    readonly mode: string
    /** Whether the pending resets are in the same database. */
    readonly isKeptInside: boolean
  }
  const faults = ways.flatMap((way) =>
    journalModes.flatMap((mode) =>
      [true, false].map((isKeptInside): ReadOnlyFault => {
        const { fault } = way
        return { way, mode, isKeptInside, fault, at: `${fault}, ${mode}, ${isKeptInside}` }
      }),
    ),
  )

  it('changes nothing, and says so', async () => {
    const runs = { name: 'read-only-sqlite', store: 'SQLite, read-only', faults, quick: 4 }
    const report = await countFaults(runs, resetOn)
    publishFaults(runs.name, report)
    expect(report.lies).toEqual([])
    const refusals = new Set(report.counts.map(({ said }) => said))
    expect(['store_unavailable', 'audit_unavailable']).toEqual(
      expect.arrayContaining([...refusals]),
    )
  })

  it.each(ways)('says that the database is read-only: $fault', async (way) => {
    const { subject, remove } = await subjectOf(way, 'delete')
    const account = await subject.add({ status: 'active' })
    expect(await refusalOf(subject.store, account?.id)).toBe('read_only')
    await remove()
  })
})
