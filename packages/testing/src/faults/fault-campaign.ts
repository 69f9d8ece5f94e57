import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type ForceResetConfig,
  forceReset,
  type Operator,
  type PendingResets,
  reconcile,
  type UserStore,
} from '@force-reset/core'
import { type ConformanceSubject, memoryPendingResets, withFound } from '@force-reset/core/testing'
import { faultSeed, isReplay, selectedFaults } from './fault-runs.ts'

/** A store whose server can break, and the means to look behind it. */
export interface FaultSubject extends Pick<ConformanceSubject, 'store' | 'add' | 'signIn'> {
  /**
   * Ends the fault. Resolves when the server answers again, and when nothing that was sent before
   * can still be written.
   */
  pass(): Promise<void>
  /**
   * Where pending resets are kept, when that place meets the faults too. Default: in memory, safe
   * from them.
   */
  readonly pending?: PendingResets
}

/** One fault that one reset meets. */
export interface PlannedFault {
  /** The kind of the fault, as the results count it: `bytes to the server, cut by reset`. */
  readonly fault: string
  /** The place of the fault, different for each fault of a campaign: `byte 132 to_server`. */
  readonly at: string
  /** Starts the fault before the look-up. */
  beforeReset?(): unknown
  /** Starts the fault after the attempt is audited. The next thing that is sent is the write. */
  beforeWrite?(): unknown
  /** Whether the fault has happened. A fault that has not happened proves nothing. */
  struck?(): boolean
  /**
   * Whether the server cannot be reached any more while the outcome is settled. Default `true`.
   * With `false`, the outcome has to be known.
   */
  readonly mayBeUnknown?: boolean
}

/** Resets that meet one fault each. */
export interface FaultRuns<Fault extends PlannedFault = PlannedFault> {
  /** Names the file of the results: letters, digits and hyphens. */
  readonly name: string
  /** The store, as the results name it: `PostgreSQL, one table`. */
  readonly store: string
  readonly faults: readonly Fault[]
  /** How many of the faults run where `FAULT_RUNS` does not say so. */
  readonly quick: number
  /**
   * `true`: something is broken on purpose, and the campaign has to find a lie. Then the faults are
   * met in their order, whatever `FAULT_RUNS` and `FAULT_ONLY` say, until one of them is a lie.
   */
  readonly isControl?: boolean
}

/** Resets on one subject, in this process. */
export interface FaultCampaign extends FaultRuns {
  readonly subject: FaultSubject
  /** Breaks the store on purpose, to prove that the campaign finds a lie: see `isControl`. */
  readonly meddle?: (store: UserStore) => UserStore
}

/** How often a store said the same thing after the same kind of fault. */
export interface FaultCount {
  readonly store: string
  readonly fault: string
  /** `applied`, a code, or `outcome_unknown` with the outcome that was found out later. */
  readonly said: string
  readonly count: number
}

/** A reset that was said to be what it is not. `FAULT_ONLY` with `at` repeats the reset. */
export interface FaultLie {
  readonly store: string
  readonly fault: string
  readonly at: string
  readonly seed: number
  readonly said: string
  /** The passwords that sign in. */
  readonly truth: SignsIn
}

/** What a campaign found. */
export interface FaultReport {
  /** All faults of the campaign, those included that were not drawn. */
  readonly planned: number
  readonly counts: readonly FaultCount[]
  readonly lies: readonly FaultLie[]
  /** Faults that did not happen, by their places. */
  readonly missed: readonly string[]
}

/**
 * The passwords that sign in: the one of the reset, the one from before, both or none. `part`: one
 * of them signs in, and only a part of the reset has happened: the old password has to be changed,
 * or the temporary one has not.
 */
export type SignsIn = 'new' | 'old' | 'both' | 'neither' | 'part'

/**
 * Resets a fresh account for each fault, and compares the answer with the truth.
 *
 * `applied` is a lie unless the temporary password alone signs in. A refusal is a lie unless the
 * old password alone does. An unknown outcome has to become the truth when the store is asked
 * again, after the fault has passed.
 *
 * The counts are written as lines of JSON into the folder that `FAULT_RESULTS` names.
 *
 * @example
 * const { lies } = await runFaultCampaign({ name, store, subject, faults, quick: 20 })
 * expect(lies).toEqual([])
 */
export async function runFaultCampaign(campaign: FaultCampaign): Promise<FaultReport> {
  const { subject, meddle } = campaign
  const isControl = meddle !== undefined
  const report = await countFaults({ ...campaign, isControl }, (planned) =>
    resetUnderFault(subject, planned, meddle),
  )
  if (!isControl) publishFaults(campaign.name, report)
  return report
}

/**
 * Meets each fault with `reset`, and counts the answers. For resets that this process cannot do
 * itself, as where the process is what dies.
 *
 * @example
 * const report = await countFaults(runs, resetInChild)
 * publishFaults(runs.name, report)
 */
export async function countFaults<Fault extends PlannedFault>(
  { name, store, faults, quick, isControl = false }: FaultRuns<Fault>,
  reset: (planned: Fault) => Promise<FaultedReset>,
): Promise<FaultReport> {
  const counts = new Map<string, FaultCount>()
  const lies: FaultLie[] = []
  const missed: string[] = []
  const selected = isControl ? faults : selectedFaults(faults, quick)
  if (process.env['FAULT_RUNS'] !== undefined && !isControl)
    process.stdout.write(`${name}: ${selected.length} of ${faults.length} faults\n`)
  for (const planned of selected) {
    const { fault, at } = planned
    const { said, truth, isLie } = await reset(planned)
    const key = JSON.stringify([fault, said])
    counts.set(key, { store, fault, said, count: (counts.get(key)?.count ?? 0) + 1 })
    if (isLie) lies.push({ store, fault, at, seed: faultSeed, said, truth })
    if (planned.struck?.() === false) missed.push(at)
    if (isControl && isLie) break
  }
  return { planned: faults.length, counts: [...counts.values()], lies, missed }
}

/** The answer of one reset that met a fault, and whether the answer is a lie. */
export interface FaultedReset {
  readonly said: string
  readonly truth: SignsIn
  readonly isLie: boolean
}

/**
 * One reset that meets one fault.
 *
 * @example
 * const { said, isLie } = await resetUnderFault(subject, planned)
 */
export async function resetUnderFault(
  subject: FaultSubject,
  planned: PlannedFault,
  meddle: (store: UserStore) => UserStore = (store) => store,
): Promise<FaultedReset> {
  const account = await subject.add({ status: 'active' })
  const seen = account && (await subject.store.find(account.id))
  if (!account || !seen) throw new Error('The subject made no active account.')

  const { store, issued } = notingPasswords(meddle(subject.store))
  const mustChange = store.capabilities.mustChange !== 'off'
  const config: ForceResetConfig<Operator> = {
    store,
    authorize: () => true,
    isSelf: () => false,
    audit: async ({ type }) => {
      if (type === 'reset.attempted') await planned.beforeWrite?.()
    },
    requireMustChange: mustChange,
    pending: subject.pending ?? memoryPendingResets(),
  }
  await planned.beforeReset?.()
  const request = { operator: { id: 'operator' }, userId: account.id, version: seen.user.version }
  const result = await forceReset(config, request)
  await subject.pass()

  const shown = result.ok ? result.temporaryPassword.reveal() : issued()
  if (result.ok) result.temporaryPassword.dispose()
  const whoNow = () => whoSignsIn(subject, account, shown, mustChange)
  const truth = await whoNow()
  const asked = await askedLater({ ...config, store: subject.store }, account.id, truth)
  // Where no reset was left, nothing was done since.
  const isKept = asked.said === 'nothing' || ((await whoNow()) === asked.truthLater && !asked.isLie)
  if (result.ok) {
    const { auditComplete } = result.receipt
    const said = auditComplete ? 'applied' : 'applied, record not complete'
    // Somebody was shown the password. Only a record that is not complete may end it.
    const stays = asked.said === 'nothing' || !auditComplete
    return { said, truth, isLie: truth !== 'new' || !isKept || !stays }
  }
  const { code } = result
  if (code !== 'outcome_unknown') return { said: code, truth, isLie: truth !== 'old' || !isKept }
  const isAllowed = planned.mayBeUnknown !== false && asked.said !== 'nothing'
  return { said: `${code}, later ${asked.said}`, truth, isLie: !isAllowed || !isKept }
}

/** What `reconcile` says of a reset, and the passwords that then have to sign in. */
export interface AskedLater {
  readonly said: string
  readonly isLie: boolean
  readonly truthLater: SignsIn
}

/** A day: longer than any write is on its way. */
const muchLaterMs = 86_400_000

/**
 * Asks for the outcome of the only reset of an account in `pending`, after the fault has passed and
 * so late that no write can arrive any more. Where no reset is left, that is `nothing`.
 *
 * @example
 * const { said, isLie } = await askedLater(config, userId, truth)
 */
export async function askedLater(
  config: ForceResetConfig<Operator> & { readonly store: UserStore },
  userId: string,
  truth: SignsIn,
): Promise<AskedLater> {
  const late = { ...config, now: () => Date.now() + muchLaterMs }
  const [reset] = await reconcile(late, { userId, lookAgainAfterMs: 0 })
  if (!reset) return { said: 'nothing', isLie: false, truthLater: truth }
  const { closing } = reset
  const { lateWriteSeconds, marks } = config.store.capabilities
  switch (closing.closing) {
    case 'applied_unused':
      return {
        said: closing.ended ? 'applied, and ended' : 'applied',
        isLie: truth !== 'new',
        truthLater: closing.ended ? 'neither' : 'new',
      }
    case 'not_applied':
      return { said: 'not applied', isLie: truth !== 'old', truthLater: 'old' }
    case 'overtaken':
      return { said: 'overtaken', isLie: true, truthLater: truth }
    case 'still_open': {
      const isAllowed = closing.why === 'not_yet' ? lateWriteSeconds === null : !marks
      const isOne = truth === 'old' || (truth === 'new' && closing.why !== 'not_yet')
      return { said: `open: ${closing.why}`, isLie: !isAllowed || !isOne, truthLater: truth }
    }
    default:
      return closing satisfies never
  }
}

/** The same store, and the password that core handed to it last. */
function notingPasswords(store: UserStore): {
  readonly store: UserStore
  issued(): string | undefined
} {
  let issued: string | undefined
  const noting = withFound(store, (found) => ({
    ...found,
    prepare: async (order) => {
      issued = await order.password.use((bytes) => new TextDecoder().decode(bytes))
      return await found.prepare(order)
    },
  }))
  return { store: noting, issued: () => issued }
}

/**
 * The passwords of an account that sign in, out of the one from before and the one of a reset.
 *
 * @example
 * const truth = await whoSignsIn(subject, account, shown, true)
 */
export async function whoSignsIn(
  { signIn }: Pick<ConformanceSubject, 'signIn'>,
  { username, password }: { readonly username: string; readonly password: string },
  temporary: string | undefined,
  mustChange: boolean,
): Promise<SignsIn> {
  const withNew = temporary === undefined ? 'refused' : await signIn(username, temporary)
  const withOld = await signIn(username, password)
  if (withNew === 'refused' && withOld === 'refused') return 'neither'
  if (withNew !== 'refused' && withOld !== 'refused') return 'both'
  if (withNew === 'refused') return withOld === 'open' ? 'old' : 'part'
  return withNew === (mustChange ? 'change_password' : 'open') ? 'new' : 'part'
}

/**
 * Prints the counts of a campaign that was asked for, and writes them into the results: one line of
 * JSON that names the campaign, and one for each count and each lie.
 *
 * @example
 * publishFaults('kills-postgresql', report)
 */
export function publishFaults(campaign: string, report: FaultReport): void {
  const { planned, counts, lies, missed } = report
  const met = counts.reduce((sum, { count }) => sum + count, 0)
  const head = { campaign, seed: faultSeed, planned, met, missed: missed.length }
  const lines = [head, ...counts, ...lies].map((line) => `${JSON.stringify(line)}\n`).join('')
  const folder = process.env['FAULT_RESULTS']
  if (folder !== undefined && !isReplay) {
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `${campaign}.jsonl`), lines)
  }
  if (process.env['FAULT_RUNS'] !== undefined) process.stdout.write(lines)
}
