import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import {
  askedLater,
  countFaults,
  type FaultedReset,
  type FaultReport,
  isReplay,
  type PlannedFault,
  publishFaults,
  whoSignsIn,
} from '@force-reset/testing/faults'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { sqliteFileConfig, sqliteFileSubject } from './sqlite-file.fixture.ts'

/** Every call that changes a file, or makes its changes last. */
const writes = 'pwrite64,pwritev,write,fsync,fdatasync,ftruncate,unlink,rename'
const script = fileURLToPath(new URL('./sqlite-reset.fixture.ts', import.meta.url))

/** How the database keeps its journal. `memory` loses its journal with the process. */
type JournalMode = 'delete' | 'wal' | 'memory'

/** The last words of a process, by their names. */
type Said = ReadonlyMap<string, string>

/** One call of the process that resets. */
interface Call {
  readonly name: string
  /** Number of the call among those of its name, from 1. */
  readonly number: number
}

/** Resets in a child process, which is killed at each write to the database in turn. */
async function killsAtWrites(journalMode: JournalMode): Promise<FaultReport> {
  const folder = mkdtempSync(join(tmpdir(), 'sqlite-kills-'))
  const [template, file] = [join(folder, 'template.db'), join(folder, 'users.db')]
  let database = new DatabaseSync(template)
  database.exec(`PRAGMA journal_mode = ${journalMode}`)
  const subject = await sqliteFileSubject(() => database)
  const account = await subject.add({ status: 'active' })
  if (!account) throw new Error('The subject made no active account.')
  database.close()

  const resetInChild = async (kill: Call | undefined): Promise<Said> => {
    for (const suffix of ['', '-journal', '-wal', '-shm']) rmSync(file + suffix, { force: true })
    copyFileSync(template, file)
    const inject = kill
      ? ['-e', `inject=${kill.name}:signal=SIGKILL:when=${kill.number}`]
      : ['-o', join(folder, 'trace')]
    const paths = ['', '-journal', '-wal'].flatMap((suffix) => ['-P', file + suffix])
    return await output('strace', [
      ...['-f', '-qq', '-e', `trace=${writes}`, ...paths, ...inject],
      ...[process.execPath, '--conditions=@force-reset/source'],
      ...[script, file, journalMode, account.id],
    ])
  }
  const judged = async (kill: Call): Promise<FaultedReset> => {
    const told = await resetInChild(kill)
    database = new DatabaseSync(file)
    const [check] = database.prepare('PRAGMA integrity_check').all()
    const truth = await whoSignsIn(subject, account, told.get('issued'), true)
    const isKnown = told.get('said') === 'applied'
    const asked = await askedLater(sqliteFileConfig(database), account.id, truth)
    const truthLater = await whoSignsIn(subject, account, told.get('issued'), true)
    database.close()
    const isSound = check?.['integrity_check'] === 'ok'
    if (asked.said !== 'nothing') {
      const isTrue = !isKnown && !asked.isLie && truthLater === asked.truthLater
      return { said: `killed, later ${asked.said}`, truth, isLie: !isSound || !isTrue }
    }
    // The row was not written yet, or the outcome was on record when the process died.
    const isRecorded = told.has('reset.applied')
    const said = isKnown ? 'applied' : `killed ${isRecorded ? 'after' : 'before'} the record`
    return { said, truth, isLie: !isSound || truth !== (isRecorded ? 'new' : 'old') }
  }

  const said = (await resetInChild(undefined)).get('said')
  if (said !== 'applied') throw new Error(`The reset that nobody killed is ${said}.`)
  const calls = callsIn(readFileSync(join(folder, 'trace'), 'utf8'))
  const faults = calls.map((call): PlannedFault & { readonly call: Call } => ({
    call,
    fault: `process killed at ${call.name}`,
    at: `${journalMode}: ${call.name} ${call.number}`,
  }))
  const store = `SQLite, journal mode ${journalMode}`
  const isControl = journalMode === 'memory'
  const runs = { name: `kills-sqlite-${journalMode}`, store, faults, quick: 4, isControl }
  const report = await countFaults(runs, ({ call }) => judged(call))
  if (!isControl) publishFaults(runs.name, report)
  rmSync(folder, { recursive: true })
  return report
}

/** The calls of a trace. A call that another thread interrupts stands on two lines. */
function callsIn(trace: string): readonly Call[] {
  const counts = new Map<string, number>()
  return [...trace.matchAll(/^\d+ +(\w+)\(/gm)].map(([, name = '']) => {
    const number = (counts.get(name) ?? 0) + 1
    counts.set(name, number)
    return { name, number }
  })
}

/** Runs a program, whose death is expected. */
async function output(program: string, args: readonly string[]): Promise<Said> {
  const text = await new Promise<string>((resolve) => {
    execFile(program, [...args], (_, stdout) => resolve(stdout))
  })
  return new Map(
    text.split('\n').map((line) => {
      const [name = '', value = ''] = line.split(' ')
      return [name, value]
    }),
  )
}

describeWithServer('strace', 'a process killed at a write to an SQLite database', () => {
  it.each(['delete', 'wal'] as const)('leaves one password and tells it (%s)', async (mode) => {
    const { counts, lies } = await killsAtWrites(mode)
    expect(lies).toEqual([])
    if (!isReplay) expect(counts.some(({ said }) => said.startsWith('killed'))).toBe(true)
  })

  it('finds a half of a reset where the database keeps its journal in memory', async () => {
    const { lies } = await killsAtWrites('memory')
    expect(lies.length).toBeGreaterThan(0)
  })
})
