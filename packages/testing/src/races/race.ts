import type { UserStore } from '@force-reset/core'
import type fc from 'fast-check'
import { firstWorld, type RaceRules, type World, worldsAfter } from './race-model.ts'
import type { AdministratorAct, OperatorAct, RacePlan } from './race-plan.ts'
import {
  lookAt,
  type RaceRequest,
  type ResetRecord,
  resetInTurns,
  type Stage,
} from './race-reset.ts'
import { faultsOfAll } from './reset-faults.ts'
import { type Turns, turnsOf } from './turns.ts'

interface Account {
  readonly id: string
  readonly username: string
  readonly password: string
}

/** One of the processes that reset. */
export interface Racer {
  /** The version of the account, or nothing where there is no account. */
  look(question: { by: string; userId: string }, stage: Stage): Promise<string | undefined>
  reset(request: RaceRequest, stage: Stage): Promise<ResetRecord>
}

/** The accounts that races are about, reached by other means than the store. */
export interface RaceTrack {
  readonly rules: RaceRules
  readonly racers: readonly Racer[]
  /** Looks before the race, as every operator does. */
  readonly store: UserStore
  /** Failed sign-ins that an account takes before a lock. Default: any number. */
  readonly failedSignIns?: number | undefined
  add(account: { readonly suspended: boolean; readonly privileged: boolean }): Promise<Account>
  signIn(username: string, password: string): Promise<boolean>
  /** Whether the change was done. */
  changePassword(
    account: Account,
    passwords: { readonly from: string; readonly to: string },
  ): Promise<boolean>
  /** Whether the change was done. `rename` gives the account the display name `name`. */
  administer(account: Account, act: AdministratorAct, name: string): Promise<boolean>
}

/** A racer in this process. */
export function racerOf(store: UserStore): Racer {
  return {
    look: (question, stage) => lookAt(store, question, stage),
    reset: (request, stage) => resetInTurns(store, request, stage),
  }
}

/**
 * Runs one race, and holds every answer, every audit event and the last password to the model.
 *
 * @throws an error that names the first answers which no order of the steps explains.
 */
export async function runRace(
  track: RaceTrack,
  plan: RacePlan,
  scheduler: fc.Scheduler,
): Promise<void> {
  const { suspended, privileged } = plan
  const account = await track.add({ suspended, privileged })
  const turns = turnsOf(scheduler)
  const judge = judgeOf(track, plan)
  const passwords = new Map([['own-0', account.password]])
  const racing = { track, account, turns, passwords }
  const records: ResetRecord[] = []
  const first = (await track.store.find(account.id))?.user.version ?? ''
  const actors = [
    ...plan.operators.map(
      (acts, i) => () => operate({ ...racing, number: i + 1, acts, first, records }),
    ),
    () => administer(racing, plan.administrator),
    () => changePasswords(racing, plan.ownChanges),
  ]
  await turns.run(actors, plan.widths, judge.happened)
  const { judgedBefore } = track.rules
  const faults = faultsOfAll(records, { oneOfEachVersion: !judgedBefore.includes('generation') })
  if (faults.length > 0) throw new Error(faults.join('\n'))
  await signInWithAll(racing, judge)
}

interface Racing {
  readonly track: RaceTrack
  readonly account: Account
  readonly turns: Turns
  /** The passwords that were set so far, by their names in the model. */
  readonly passwords: Map<string, string>
}

interface Judge {
  happened: Parameters<Turns['run']>[2]
  worlds(): readonly World[]
}

function judgeOf(track: RaceTrack, { suspended, privileged }: RacePlan): Judge {
  let worlds: readonly World[] = [firstWorld({ password: 'own-0', suspended, privileged })]
  return {
    worlds: () => worlds,
    happened: (happenings) => {
      const next = worldsAfter(worlds, happenings, track.rules)
      if (next.length === 0)
        throw new Error(
          `No order explains ${JSON.stringify(happenings)} from ${JSON.stringify(worlds)}`,
        )
      worlds = next
    },
  }
}

async function operate({
  track,
  account,
  turns,
  passwords,
  number,
  acts,
  first,
  records,
}: Racing & {
  readonly number: number
  readonly acts: readonly OperatorAct[]
  readonly first: string
  readonly records: ResetRecord[]
}): Promise<void> {
  const racer = track.racers[(number - 1) % track.racers.length]
  if (racer === undefined) throw new Error('A race needs a racer.')
  const userId = account.id
  let version = first
  for (const [i, act] of acts.entries()) {
    const name = `reset-${number}-${i + 1}`
    if (act.version === 'first') version = first
    if (act.version === 'now')
      version = (await racer.look({ by: `look-${number}-${i + 1}`, userId }, turns)) ?? version
    const { deafTo } = act
    const request = { name, operatorId: `operator-${number}`, userId, version, deafTo }
    const record = await racer.reset(request, turns)
    records.push(record)
    if (record.result.password !== undefined) passwords.set(name, record.result.password)
  }
}

async function administer(
  { track, account, turns }: Racing,
  acts: readonly AdministratorAct[],
): Promise<void> {
  for (const [i, act] of acts.entries()) {
    const name = `Name ${i + 1}`
    await turns.enter(`the administrator does: ${act}`)
    turns.tell({ kind: act, by: name, done: await track.administer(account, act, name) })
  }
}

/** The user knows no temporary password, and gives up once the own one is refused. */
async function changePasswords(
  { track, account, turns, passwords }: Racing,
  times: number,
): Promise<void> {
  for (let i = 0; i < times; i += 1) {
    const [from, to] = [`own-${i}`, `own-${i + 1}`]
    await turns.enter(`the user changes ${from}`)
    const chosen = { from: passwords.get(from) ?? '', to: `My-${to}-keep-for-long-2!` }
    const done = await track.changePassword(account, chosen)
    turns.tell({ kind: 'own_change', by: 'the user', from, to, done })
    if (!done) return
    passwords.set(to, chosen.to)
  }
}

/** Tries the passwords that may be in place first: the others fail, and failures lead to a lock. */
async function signInWithAll({ track, account, passwords }: Racing, judge: Judge): Promise<void> {
  const likely = judge.worlds().flatMap(({ account: now }) => now?.password ?? [])
  const most = track.failedSignIns ?? passwords.size
  let failed = 0
  for (const label of new Set([...likely, ...passwords.keys()])) {
    const password = passwords.get(label)
    if (password === undefined) throw new Error(`Nobody was shown the password of ${label}.`)
    if (failed >= most) return
    const opened = await track.signIn(account.username, password)
    if (!opened) failed += 1
    judge.happened([{ kind: 'sign_in', password: label, opened }])
  }
}
