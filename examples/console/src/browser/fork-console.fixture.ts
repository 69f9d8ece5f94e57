import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { OperatorCredentials } from '../settings/operator-credentials.ts'

/**
 * Starts a console in a process of its own, on any free port. What it prints goes into a file of
 * the folder.
 */
export async function forkConsole(
  folder: string,
  { username, password }: OperatorCredentials,
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly child: ChildProcess; readonly origin: string }> {
  const output = openSync(join(folder, 'output.log'), 'w')
  const child = fork(fileURLToPath(new URL('./console-process.fixture.ts', import.meta.url)), {
    execArgv: ['--conditions=@force-reset/source'],
    env: { ...environment, OPERATOR_USERNAME: username, OPERATOR_PASSWORD: password, PORT: '0' },
    stdio: ['ignore', output, output, 'ipc'],
  })
  closeSync(output)
  const [origin]: unknown[] = await once(child, 'message')
  return { child, origin: String(origin) }
}
