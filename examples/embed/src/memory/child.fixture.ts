import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import type { ProbeAnswer, ProbeOrder } from './probe.fixture.ts'

/** A process whose memory is searched. */
export interface ProbedChild extends AsyncDisposable {
  readonly pid: number
  /** The next port that the process prints. */
  nextPort(): Promise<number>
  /** The next password that the process reveals. Call this before the request is sent. */
  nextPassword(): Promise<string>
  /** Collects all garbage. */
  collect(): Promise<void>
  /** Writes a heap snapshot, and returns its path. */
  heapSnapshot(): Promise<string>
}

/**
 * The Node of the processes under test: `MEMORY_NODE`, or the Node that runs the tests.
 */
const node = process.env['MEMORY_NODE'] ?? process.execPath

/** What they run on. */
export const nodeVersion = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()

const probe = new URL('./probe.fixture.ts', import.meta.url).href
const mask = 0x5a

/** Starts a script with the probe, and without the environment of the tests. */
export function startChild(
  script: string,
  parameters: readonly string[],
  env: Readonly<Record<string, string>>,
): ProbedChild {
  const folder = mkdtempSync(join(tmpdir(), 'force-reset-memory-'))
  const child = fork(script, parameters, {
    ...{ execPath: node, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] },
    execArgv: [
      '--no-warnings',
      '--expose-gc',
      '--conditions=@force-reset/source',
      `--import=${probe}`,
    ],
  })
  const lines = createInterface({ input: child.stdout ?? Readable.from([]) })[
    Symbol.asyncIterator
  ]()
  const errors = text(child.stderr ?? Readable.from([]))
  const exited = once(child, 'exit')
  const died: Promise<never> = exited.then(async () => {
    throw new Error(`The process ended: ${(await errors).slice(-2_000)}`)
  })
  died.catch(() => undefined)
  /** The first answer from now on in which `pick` finds something. */
  const answer = <T>(pick: (message: ProbeAnswer) => T | undefined): Promise<T> => {
    const heard = new Promise<T>((resolve) => {
      const listen = (message: ProbeAnswer): void => {
        const picked = pick(message)
        if (picked === undefined) return
        child.off('message', listen)
        resolve(picked)
      }
      child.on('message', listen)
    })
    const either = Promise.race([heard, died])
    // Nobody may be waiting when the process ends.
    either.catch(() => undefined)
    return either
  }
  const obey = async (order: ProbeOrder): Promise<void> => {
    const done = answer(({ done }) => done)
    child.send(order)
    await done
  }
  return {
    pid: child.pid ?? 0,
    nextPort: async () => {
      for (;;) {
        const { value = '', done = false } = await lines.next()
        const port = /https:\/\/127\.0\.0\.1:(\d+)/.exec(value)?.[1]
        if (port !== undefined) return Number(port)
        if (done) return died
      }
    },
    nextPassword: () => answer(({ password }) => password && unmasked(password)),
    collect: () => obey({ order: 'collect' }),
    heapSnapshot: async () => {
      const file = join(folder, 'heap.heapsnapshot')
      await obey({ order: 'snapshot', file })
      return file
    },
    async [Symbol.asyncDispose]() {
      if (child.connected) child.disconnect()
      await exited
      rmSync(folder, { recursive: true })
    },
  }
}

function unmasked(hex: string): string {
  return Buffer.from(Buffer.from(hex, 'hex').map((byte) => byte ^ mask)).toString()
}
