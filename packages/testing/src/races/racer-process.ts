import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { UserStore } from '@force-reset/core'
import type { Racer } from './race.ts'
import type { Happening } from './race-model.ts'
import {
  lookAt,
  type RaceRequest,
  type ResetRecord,
  resetInTurns,
  type Stage,
} from './race-reset.ts'

/** Each line to the process: where the accounts are, work to begin, or a step that may go on. */
type Told =
  | { readonly start: string }
  | { readonly work: number; readonly look: { readonly by: string; readonly userId: string } }
  | { readonly work: number; readonly reset: RaceRequest }
  | { readonly work: number; readonly goOn: true }

/** Each line from the process: a step that waits for its turn, something that happened, an end. */
type Says =
  | { readonly work: number; readonly waits: string }
  | { readonly work: number; readonly happened: Happening }
  | { readonly work: number; readonly seen: string | null }
  | { readonly work: number; readonly done: ResetRecord }
  | { readonly work: number; readonly failed: string }

/** A racer in a process of its own, which ends with `await using`. */
export interface RacerProcess extends Racer, AsyncDisposable {}

/**
 * Starts a process that resets. `script` is a file that calls {@link serveRacer}, and is handed
 * `start` as JSON.
 */
export function startRacer(script: string, start: unknown): RacerProcess {
  const flags = ['--no-warnings', '--conditions', '@force-reset/source']
  const child = spawn(process.execPath, [...flags, script], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: {},
  })
  const closed = once(child, 'close')
  const work = workOf(child)
  tellLine(child, { start: JSON.stringify(start) })
  return {
    look: async (look, stage) => {
      const said = await work((number) => ({ work: number, look }), stage)
      return 'seen' in said ? (said.seen ?? undefined) : neverSaid(said)
    },
    reset: async (reset, stage) => {
      const said = await work((number) => ({ work: number, reset }), stage)
      return 'done' in said ? said.done : neverSaid(said)
    },
    [Symbol.asyncDispose]: async () => {
      child.stdin?.end()
      await closed
    },
  }
}

type Ended = Extract<Says, { readonly seen: unknown } | { readonly done: unknown }>
type Work = (told: (number: number) => Told, stage: Stage) => Promise<Ended>

/** Relays the turns of a stage to the process, and what the process says to the stage. */
function workOf(child: ChildProcess): Work {
  const heard = new Map<number, (said: Says) => void>()
  const lost = Promise.withResolvers<never>()
  lost.promise.catch(() => undefined)
  child.once('close', (code) => lost.reject(new Error(`A racer ended with ${code}.`)))
  if (child.stdout === null) throw new Error('A racer has no output.')
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said: Says = JSON.parse(line)
    heard.get(said.work)?.(said)
  })
  let count = 0
  return (told, stage) => {
    count += 1
    const number = count
    const ended = Promise.withResolvers<Ended>()
    heard.set(number, (said) => {
      if ('waits' in said)
        stage.enter(said.waits).then(() => tellLine(child, { work: number, goOn: true }))
      else if ('happened' in said) stage.tell(said.happened)
      else if ('failed' in said) ended.reject(new Error(said.failed))
      else ended.resolve(said)
    })
    tellLine(child, told(number))
    return Promise.race([ended.promise, lost.promise])
  }
}

function tellLine({ stdin }: ChildProcess, told: Told): void {
  stdin?.write(`${JSON.stringify(told)}\n`)
}

function neverSaid(said: Ended): never {
  throw new Error(`A racer said something else than it was asked: ${Object.keys(said)}`)
}

/**
 * The other side of {@link startRacer}: resets in this process until its input ends. `open` makes
 * the store out of the JSON that was handed over.
 */
export async function serveRacer(
  open: (start: string) => { readonly store: UserStore; close(): Promise<void> | void },
): Promise<void> {
  const say = (says: Says): void => void process.stdout.write(`${JSON.stringify(says)}\n`)
  const turns = new Map<number, () => void>()
  let opened: ReturnType<typeof open> | undefined
  const stageOf = (work: number): Stage => ({
    enter: (waits) =>
      new Promise((resolve) => {
        turns.set(work, resolve)
        say({ work, waits })
      }),
    tell: (happened) => say({ work, happened }),
  })
  const begin = async (work: number, store: UserStore, told: Told): Promise<void> => {
    try {
      if ('look' in told)
        say({ work, seen: (await lookAt(store, told.look, stageOf(work))) ?? null })
      if ('reset' in told) say({ work, done: await resetInTurns(store, told.reset, stageOf(work)) })
    } catch (error) {
      say({ work, failed: String(error) })
    }
  }
  for await (const line of createInterface({ input: process.stdin })) {
    const told: Told = JSON.parse(line)
    if ('start' in told) opened = open(told.start)
    else if ('goOn' in told) turns.get(told.work)?.()
    else if (opened) void begin(told.work, opened.store, told)
  }
  await opened?.close()
}
