import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { endWithUs, type FarewellSignal } from './caretaker.ts'
import { canConnect, type ServerAddress } from './loopback.ts'
import { toolEnvironment } from './run-tool.ts'

/** The command of a server. */
export interface ServerCommand {
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly cwd?: string | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /**
   * The file to which both outputs are appended. With a pipe, a busy test would stall the server.
   */
  readonly logFile: string
  /** Default SIGTERM. */
  readonly stopSignal?: NodeJS.Signals | undefined
  /** How the caretaker ends the server when this process has died. Default KILL. */
  readonly farewell?: FarewellSignal | undefined
}

/** A running server process, leader of its own process group. */
export interface ServerProcess {
  readonly pid: number
  /** Whether the process has not ended. */
  running(): boolean
  /**
   * Resolves when every address accepts connections. Rejects with the end of the log when the
   * process ends before that, or after `timeoutMs` milliseconds (default 120,000).
   */
  ready(addresses: readonly ServerAddress[], timeoutMs?: number): Promise<void>
  /**
   * Asks the process to stop, and resolves when the process has ended. After five seconds SIGKILL
   * ends it. Harmless when the process has ended before, or is frozen.
   */
  stop(): Promise<void>
  /**
   * Ends the process and the processes that it started with SIGKILL, as the kernel does when memory
   * runs out. Resolves when none of them is left. Harmless when the process has ended before.
   */
  kill(): Promise<void>
  /**
   * Stops the process and the processes that it started with SIGSTOP, as a machine does that
   * freezes. Connections stay open, and nobody answers.
   */
  freeze(): void
  /** Lets a frozen server go on with all that it was sent meanwhile. */
  thaw(): void
}

/**
 * Starts a server in a process group of its own. The server ends with this process, however this
 * process ends.
 */
export function startServerProcess(server: ServerCommand): ServerProcess {
  const log = openSync(server.logFile, 'a', 0o600)
  let child: ChildProcess
  try {
    child = spawn(server.command, server.args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...toolEnvironment, ...server.env },
      cwd: server.cwd ?? '/',
      ...(server.uid === undefined ? {} : { uid: server.uid }),
      ...(server.gid === undefined ? {} : { gid: server.gid }),
    })
  } finally {
    closeSync(log)
  }
  const pid = child.pid
  if (pid === undefined) {
    child.on('error', () => {})
    throw new Error(`${server.command} could not be started.`)
  }
  const forget = endWithUs(pid, server.farewell)
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => {
      forget()
      resolve()
    })
  })
  const running = () => child.exitCode === null && child.signalCode === null
  let frozen: readonly { readonly pid: number; readonly forget: () => void }[] = []
  const thaw = () => {
    for (const { pid, forget } of frozen) {
      signal(pid, 'SIGCONT')
      forget()
    }
    frozen = []
  }

  return {
    pid,
    running,
    async ready(addresses, timeoutMs = 120_000) {
      const deadline = performance.now() + timeoutMs
      for (const address of addresses) {
        while (!(await canConnect(address))) {
          if (!running())
            throw new Error(`${server.command} ended at once: ${await tailOf(server.logFile)}`)
          if (performance.now() > deadline)
            throw new Error(
              `${server.command} did not answer on ${address.host}:${address.port}: ` +
                (await tailOf(server.logFile)),
            )
          await new Promise((resolve) => setTimeout(resolve, 10))
        }
      }
    },
    async stop() {
      thaw()
      if (!running()) return
      signal(-pid, server.stopSignal ?? 'SIGTERM')
      const impatience = setTimeout(() => signal(-pid, 'SIGKILL'), 5_000)
      await ended
      clearTimeout(impatience)
    },
    async kill() {
      if (!running()) return
      const family = [pid, ...descendantsOf(pid)]
      for (const member of family) signal(member, 'SIGKILL')
      thaw()
      await ended
      while (family.some(isAlive)) await new Promise((resolve) => setTimeout(resolve, 10))
    },
    freeze() {
      // A process that PostgreSQL starts leads a group of its own, which the caretaker has to know.
      frozen = [pid, ...descendantsOf(pid)].map((member) => ({
        pid: member,
        forget: member === pid ? () => {} : endWithUs(member),
      }))
      for (const { pid: member } of frozen) signal(member, 'SIGSTOP')
      // A thread that is at work stops a moment later, and could still answer.
      while (frozen.some(({ pid: member }) => !isStopped(member)));
    },
    thaw,
  }
}

/** @param pid - Less than 0: the process group. */
function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has just ended by itself.
  }
}

/** The processes that a process has started, and those that they have started. */
function descendantsOf(pid: number): readonly number[] {
  const children = tasksOf(pid).flatMap((task) =>
    readProcessFile(`/proc/${pid}/task/${task}/children`).split(' ').filter(Boolean).map(Number),
  )
  return children.flatMap((child) => [child, ...descendantsOf(child)])
}

function tasksOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

/** Whether every thread of a process stands still. A process that has ended does, too. */
function isStopped(pid: number): boolean {
  return tasksOf(pid).every((task) => {
    const state = stateOf(readProcessFile(`/proc/${pid}/task/${task}/stat`))
    return state === undefined || 'TtZX'.includes(state)
  })
}

/** The state in a line of `stat`; undefined when the process has ended. */
function stateOf(stat: string): string | undefined {
  return /\) (\w)/.exec(stat)?.[1]
}

/** Whether a process still holds memory and files. One that only waits to be counted does not. */
function isAlive(pid: number): boolean {
  const state = stateOf(readProcessFile(`/proc/${pid}/stat`))
  return state !== undefined && state !== 'Z'
}

/** Empty when the process has ended. */
function readProcessFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

async function tailOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trim().slice(-2_000)
}
