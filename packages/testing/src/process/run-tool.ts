import { spawn } from 'node:child_process'

/** What a command did. */
export interface ToolResult {
  /** Exit status; -1 when it was ended by a signal. */
  readonly status: number
  readonly stdout: Buffer
  readonly stderr: Buffer
}

/** How to run a command. */
export interface ToolOptions {
  /**
   * Written to its standard input: passwords go here or into a file, never among the arguments,
   * which every process on the machine can read.
   */
  readonly input?: string | Uint8Array | undefined
  /** Added to a bare environment of PATH and LC_ALL. */
  readonly env?: Readonly<Record<string, string>> | undefined
  readonly cwd?: string | undefined
  readonly uid?: number | undefined
  readonly gid?: number | undefined
  /**
   * Milliseconds before it is ended by SIGKILL. Default 240,000: so long that only a tool that
   * hangs is ended.
   */
  readonly timeoutMs?: number | undefined
}

/**
 * The environment of every tool: Debian's directories for programs first, so that no other python
 * or server is taken.
 */
export const toolEnvironment: Readonly<Record<string, string>> = Object.freeze({
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
})

/**
 * Runs a command to its end and answers its status and output; it rejects only when the command
 * cannot be started.
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
    // A tool that fails early closes its input before it has read it; its status says what
    // happened.
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
 * Runs a command that has to succeed. The error names the command, its status and what it
 * complained about.
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
