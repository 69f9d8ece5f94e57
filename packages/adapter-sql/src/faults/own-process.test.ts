import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { type Closing, forceReset, reconcile } from '@force-reset/core'
import type { SqlServer } from '@force-reset/testing'
import { type FaultCount, publishFaults } from '@force-reset/testing/faults'
import { afterAll, expect, it } from 'vitest'
import { sqlAuditMigration, sqlPendingResetsMigration } from '../audit/migrations.ts'
import { sqlAudit } from '../audit/sql-audit.ts'
import { sqlPendingResets } from '../audit/sql-pending-resets.ts'
import { conformanceSubject } from '../fixtures/conformance-subject.ts'
import { describeWithMariaDb, describeWithPostgres } from '../fixtures/on-databases.ts'
import { activeAccount, until, userIn } from '../fixtures/reset-in.ts'
import { oneTable } from '../fixtures/table-shapes.ts'
import type { DyingReset } from './reset-that-dies.fixture.ts'
import { mariaDbQuestions, postgresQuestions } from './server-questions.fixture.ts'
import { lockedRows, type StruckServer } from './struck-subject.fixture.ts'

const isWhole = process.env['FAULT_RUNS'] !== undefined
/** Seconds after which a reset counts as that of a dead process. */
const died = 301
/** Seconds after which its write cannot arrive any more. */
const late = 961

/** What is so after a reset whose process died at a step. */
interface Expected {
  /** The step after which the process dies. */
  readonly step: string
  /** What `reconcile` answers once the process counts as dead; nothing for no row. */
  readonly first?: Closing
  /** And once the write cannot arrive any more. */
  readonly last?: Closing
  /** The password that signs in at the end. */
  readonly signsIn: 'old' | 'temporary' | 'none'
  readonly events: readonly string[]
}

const notYet: Closing = { closing: 'still_open', why: 'not_yet' }
const notApplied: Closing = { closing: 'not_applied' }
const ended: Closing = { closing: 'applied_unused', ended: true }
const untouched = { signsIn: 'old', events: [] } as const

const steps: readonly Expected[] = [
  { step: 'find', ...untouched },
  { step: 'check', ...untouched },
  { step: 'prepare', ...untouched },
  {
    step: 'pending opened',
    first: notApplied,
    signsIn: 'old',
    events: ['reset.not_applied'],
  },
  {
    step: 'reset.attempted',
    first: notApplied,
    signsIn: 'old',
    events: ['reset.attempted', 'reset.not_applied'],
  },
  {
    step: 'pending writing',
    first: notYet,
    last: notApplied,
    signsIn: 'old',
    events: ['reset.attempted', 'reset.not_applied'],
  },
  {
    step: 'write',
    first: ended,
    signsIn: 'none',
    events: ['reset.attempted', 'reset.applied_unused'],
  },
  {
    step: 'reset.applied',
    first: ended,
    signsIn: 'none',
    events: ['reset.attempted', 'reset.applied', 'reset.applied_unused'],
  },
  // From here on the password counts as handed over, and stays until it expires.
  {
    step: 'pending closed',
    signsIn: 'temporary',
    events: ['reset.attempted', 'reset.applied'],
  },
  { step: 'on applied', signsIn: 'temporary', events: ['reset.attempted', 'reset.applied'] },
]

function suite(
  on: () => StruckServer & { readonly server: SqlServer },
  { product, place }: { readonly product: DyingReset['product']; readonly place: string },
  chosen: readonly Expected[],
): void {
  const counts: FaultCount[] = []
  const prepared = async () => {
    const database = await on().open({})
    const { db, probe } = database
    await sqlPendingResetsMigration.up(db)
    await sqlAuditMigration.up(db)
    const name = String((await probe.run(`SELECT ${place} AS name`))[0]?.['name'])
    const subject = await conformanceSubject(oneTable, probe, db, database.close)
    const account = await activeAccount(subject)
    const { server } = on()
    const { host, port, user, password, ca } = server
    const order: DyingReset = {
      ...{ product, host, port, user, password, ca },
      database: product === 'postgres' ? server.database : name,
      schema: name,
      userId: account.id,
      version: account.user.version,
      step: 'none',
      remembers: true,
    }
    return { ...database, subject, account, order }
  }
  type Prepared = Awaited<ReturnType<typeof prepared>>

  const configAfter = ({ db, subject }: Prepared, seconds: number) => ({
    store: subject.store,
    pending: sqlPendingResets(db),
    audit: sqlAudit(db),
    authorize: () => true,
    now: () => Date.now() + seconds * 1_000,
  })
  const closings = async (of: Prepared, seconds: number) =>
    (await reconcile(configAfter(of, seconds), { lookAgainAfterMs: 0 })).map(
      ({ closing }) => closing,
    )
  const truth = async ({ subject, account, probe }: Prepared, temporary: string | undefined) => {
    const [old, made] = await Promise.all(
      [account.password, temporary ?? ''].map((one) => subject.signIn(account.username, one)),
    )
    const rows = await probe.run('SELECT event_type FROM force_reset_audit ORDER BY event_number')
    const signsIn = old !== 'refused' ? (made === 'refused' ? 'old' : 'both') : madeOrNone(made)
    return { signsIn, events: rows.map((row) => row['event_type']) }
  }

  it.each(chosen)('tells the truth of a reset whose process died after: $step', async (one) => {
    const of = await prepared()
    const { temporary } = await resetThatDies({ ...of.order, step: one.step })
    expect(await closings(of, died)).toEqual(one.first ? [one.first] : [])
    expect(await closings(of, late)).toEqual(one.last ? [one.last] : [])
    expect(await closings(of, late)).toEqual([])
    expect(await truth(of, temporary)).toEqual({ signsIn: one.signsIn, events: one.events })
    await of.close()
    const store = `${names[product]}, process killed`
    counts.push({ store, fault: `process killed after: ${one.step}`, said: saidOf(one), count: 1 })
  })

  afterAll(() => {
    const planned = steps.length
    if (isWhole) publishFaults(`kills-${product}`, { planned, counts, lies: [], missed: [] })
  })

  it('ends a password whose write arrives after the death of its process', async () => {
    const of = await prepared()
    const unlock = await lockedRows(of.db, oneTable)
    const { child, temporary } = startReset(of.order)
    await until(async () => await on().isWaiting(on().server, of.probe))
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(await closings(of, died)).toEqual([notYet])
    unlock()
    await until(async () => (await truth(of, temporary())).signsIn !== 'old')
    expect(await closings(of, died)).toEqual([ended])
    expect(await truth(of, temporary())).toEqual({
      signsIn: 'none',
      events: ['reset.attempted', 'reset.applied_unused'],
    })
    await of.close()
  })

  it('calls a reset overtaken that another one followed, and leaves that one alone', async () => {
    const of = await prepared()
    await resetThatDies({ ...of.order, step: 'write' })
    const { version } = await userIn(of.subject.store, of.account.id)
    const next = await forceReset(configAfter(of, 0), {
      operator: { id: 'another' },
      userId: of.account.id,
      version,
    })
    if (!next.ok) throw new Error(next.code)
    expect(await closings(of, died)).toEqual([{ closing: 'overtaken' }])
    const shown = next.temporaryPassword.reveal()
    expect(await truth(of, shown)).toMatchObject({ signsIn: 'temporary' })
    await of.close()
  })

  it('finds nothing where nothing was remembered: the password of nobody stays', async () => {
    const of = await prepared()
    const { temporary } = await resetThatDies({ ...of.order, step: 'write', remembers: false })
    expect(await closings(of, late)).toEqual([])
    expect(await truth(of, temporary)).toEqual({
      signsIn: 'temporary',
      events: ['reset.attempted'],
    })
    await of.close()
  })
}

/** What the page of the faults says of a reset that was as expected. */
function saidOf({ first, last = first, signsIn }: Expected): string {
  if (last === undefined) return `killed ${signsIn === 'old' ? 'before' : 'after'} the record`
  return last === notApplied ? 'killed, later not applied' : 'killed, later applied, and ended'
}

const names = { postgres: 'PostgreSQL', mariadb: 'MariaDB' } as const

function madeOrNone(made: string | undefined): 'temporary' | 'none' {
  return made === 'refused' ? 'none' : 'temporary'
}

interface RunningReset {
  readonly child: ChildProcess
  /** The temporary password, as far as one has been made. */
  temporary(): string | undefined
}

function startReset(order: DyingReset): RunningReset {
  const script = fileURLToPath(new URL('./reset-that-dies.fixture.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions', '@force-reset/source', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {},
  })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString()
  })
  child.stdin.end(`${JSON.stringify(order)}\n`)
  return { child, temporary: () => printed.split('\n')[0] || undefined }
}

/** Runs one reset in a process of its own, and waits for the death of that process. */
async function resetThatDies(
  order: DyingReset,
): Promise<{ readonly temporary: string | undefined }> {
  const { child, temporary } = startReset(order)
  const [code, signal] = await once(child, 'close')
  if (signal !== 'SIGKILL') throw new Error(`The process ended with ${code}.`)
  return { temporary: temporary() }
}

const sample = steps.filter(({ step }) => ['pending writing', 'write'].includes(step))

describeWithPostgres('a process that dies in a reset on PostgreSQL', (on) => {
  suite(
    () => ({ ...postgresQuestions, server: on.server, open: (reach) => on.open(reach) }),
    { product: 'postgres', place: 'current_schema()' },
    isWhole ? steps : sample,
  )
})

describeWithMariaDb('a process that dies in a reset on MariaDB', (on) => {
  suite(
    () => ({ ...mariaDbQuestions, server: on.server, open: (reach) => on.open(reach) }),
    { product: 'mariadb', place: 'DATABASE()' },
    isWhole ? steps : [],
  )
})
