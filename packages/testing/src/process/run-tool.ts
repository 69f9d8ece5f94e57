import { spawn } from 'node:child_process'

/** The end of a command. */
export interface ToolResult {
  /** Exit status; -1 when a signal ended the command. */
  readonly status: number
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/** How to run a command. */
export interface ToolOptions {
  /**
   * Written to the standard input. Passwords go here or into a file: every process on the machine
   * can read the arguments.
   */
  readonly input?: string | Uint8Array | undefined
  /** Added to a bare environment of PATH and LC_ALL. */
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly cwd?: string | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /**
   * Milliseconds before SIGKILL ends the command. Default 240,000: only a tool that hangs takes so
   * long.
   */
  readonly timeoutMs?: number | undefined
}

/**
 * The environment of every tool: Debian's folders of programs alone, so that no other python or
 * server is started.
 */
export const toolEnvironment: Readonly<Record<string, string>> = Object.freeze({
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
})

/**
 * Runs a command to its end and returns its status and output. Rejects only when the command cannot
 * be started.
 */
export function runTool(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...toolEnvironment, ...options.env },
      cwd: options.cwd ?? '/',
      timeout: options.timeoutMs ?? 240_000,
      killSignal: 'SIGKILL',
      ...(options.uid === undefined ? {} : { uid: options.uid }),
      ...(options.gid === undefined ? {} : { gid: options.gid }),
    })
    const stdout: Buffer[] = []
    const stderr: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
    // A tool that fails early closes its input unread. Its status says what happened.
    child.stdin.on('error', () => {})
    child.on('error', reject)
    child.on('close', (status) =>
      resolve({
        status: status ?? -1,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr),
      }),
    )
    child.stdin.end(options.input ?? '')
  })
}

/**
 * Runs a command that has to succeed, and returns its output. Otherwise the error holds the
 * command, its status and the end of what it printed.
 */
export async function mustRun(
  command: string,
  args: readonly string[],
  options: ToolOptions = {},
): Promise<string> {
  const result = await runTool(command, args, options)
  if (result.status !== 0) {
    const said = `${result.stderr.toString()}${result.stdout.toString()}`.trim().slice(-2_000)
    throw new Error(`${command} ended with status ${result.status}: ${said}`)
  }
  return result.stdout.toString()
}
