import { createHook } from 'node:async_hooks'
import { readdirSync } from 'node:fs'

/** What a process holds open. */
interface Holdings {
  /** Sockets, servers and other resources of Node, by kind. */
  readonly resources: ReadonlyMap<string, number>
  /** Open files of the process. 0 where the system does not tell. */
  readonly files: number
}

/** Turns of the event loop until everything that was closed is gone. */
const mostTurns = 2_000

/** The turn of the event loop that looks, and timers, which are watched one by one. */
const notCounted: readonly string[] = ['Immediate', 'Timeout']

/** A watch over one process. */
export interface LeakWatch {
  /**
   * Waits until everything that was opened since the start is closed again, for a bounded number of
   * turns of the event loop. Answers what is left, in words: an empty list where all is well.
   */
  stop(): Promise<readonly string[]>
}

/**
 * Watches this process: for rejections and exceptions that nobody handles, and for sockets, timers
 * and files that stay open. Timers that keep no process alive do not count, and neither do timers
 * of the runner of the tests.
 *
 * @example
 * const watch = watchLeaks()
 * await work()
 * expect(await watch.stop()).toEqual([])
 */
export function watchLeaks(): LeakWatch {
  const unhandled: string[] = []
  const note =
    (kind: string) =>
    (error: unknown): void =>
      void unhandled.push(`${kind} (${nameOf(error)})`)
  const onRejection = note('a rejection that nobody handles')
  const onException = note('an exception that nobody catches')
  process.on('unhandledRejection', onRejection)
  process.on('uncaughtExceptionMonitor', onException)
  const timers = watchTimers()
  const before = holdings()
  const look = (): readonly string[] => [...leftSince(before), ...timers.running()]
  return {
    stop: async () => {
      await new Promise((resolve) => setImmediate(resolve))
      for (let turn = 0; turn < mostTurns && look().length > 0; turn += 1)
        await new Promise((resolve) => setImmediate(resolve))
      const left = look()
      timers.stop()
      process.off('unhandledRejection', onRejection)
      process.off('uncaughtExceptionMonitor', onException)
      return [...unhandled, ...left]
    },
  }
}

function holdings(): Holdings {
  const resources = new Map<string, number>()
  for (const kind of process.getActiveResourcesInfo())
    if (!notCounted.includes(kind)) resources.set(kind, (resources.get(kind) ?? 0) + 1)
  return { resources, files: openFiles() }
}

/** The folder that lists the open files is open itself while it is read: before and after. */
function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length
  } catch {
    return 0
  }
}

function leftSince(before: Holdings): readonly string[] {
  const now = holdings()
  const left: string[] = []
  for (const [kind, count] of now.resources) {
    const more = count - (before.resources.get(kind) ?? 0)
    if (more > 0) left.push(`${more} of ${kind}`)
  }
  if (now.files > before.files) left.push(`${now.files - before.files} of open files`)
  return left
}

/** A timer that runs, and the line that started it. */
interface RunningTimer {
  readonly hasRef: () => boolean
  readonly place: string
}

function watchTimers() {
  const running = new Map<number, RunningTimer>()
  const hook = createHook({
    init: (id, type, _trigger, resource) => {
      if (type !== 'Timeout') return
      const place = callerIn(new Error('a timer').stack ?? '')
      if (/[\\/]node_modules[\\/]@?vitest[\\/]/.test(place)) return
      const timer: { readonly hasRef?: () => boolean } = resource
      running.set(id, { place, hasRef: () => timer.hasRef?.() ?? true })
    },
    destroy: (id) => void running.delete(id),
  }).enable()
  return {
    running: () =>
      [...running.values()]
        .filter(({ hasRef }) => hasRef())
        .map(({ place }) => `a timer that was started ${place}`),
    stop: () => void hook.disable(),
  }
}

/** The first line of a stack that is neither of Node nor of this file. */
function callerIn(stack: string): string {
  const lines = stack.split('\n').slice(1)
  const own = lines.find((line) => !line.includes('node:') && !line.includes('leak-check.ts'))
  return own?.trim() ?? 'by Node'
}

function nameOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : typeof error
}
