import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
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
   * ends it. Harmless when the process has ended before.
   */
  stop(): Promise<void>
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
      if (!running()) return
      signalGroup(pid, server.stopSignal ?? 'SIGTERM')
      const impatience = setTimeout(() => signalGroup(pid, 'SIGKILL'), 5_000)
      await ended
      clearTimeout(impatience)
    },
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // It has just ended by itself.
  }
}

async function tailOf(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.trim().slice(-2_000)
}
