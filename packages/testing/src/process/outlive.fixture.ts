import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What a killed process left behind. */
export interface Remains {
  readonly serverRuns: boolean
  readonly folderExists: boolean
}

/**
 * Starts a server in another process, kills that process with SIGKILL, and waits until the
 * caretaker has removed all of the server. The test's own time limit ends the wait.
 */
export async function remainsAfterKill(
  server: string,
): Promise<{ readonly before: Remains; readonly after: Remains }> {
  const script = fileURLToPath(new URL('./start-and-wait.fixture.ts', import.meta.url))
  const starter = spawn(process.execPath, [script, server], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await new Promise<string>((resolve, reject) => {
    let text = ''
    starter.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.includes('\n')) resolve(text)
    })
    starter.on('exit', (status) => reject(new Error(`The starting process ended with ${status}.`)))
  })
  const { pid, folder }: { pid: number; folder: string } = JSON.parse(line)
  const look = (): Remains => ({ serverRuns: isRunning(pid), folderExists: existsSync(folder) })
  const before = look()
  starter.kill('SIGKILL')
  while (look().serverRuns || look().folderExists)
    await new Promise((resolve) => setImmediate(resolve))
  return { before, after: look() }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
