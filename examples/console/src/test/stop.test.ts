import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { describeWithServer } from '@force-reset/testing/vitest'
import { describe, expect, it } from 'vitest'
import { sampleDirectories } from '../demo/sample-directories.ts'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** Whether a process, or any process of a group, is there. */
function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Waits, for as long as it takes; the test's own time limit ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

/** Starts a script of the package in a group of its own, and reads until it says `words`. */
async function start(script: string, cwd: string, words: RegExp) {
  const { OPERATOR_USERNAME: _, OPERATOR_PASSWORD: __, ...surroundings } = process.env
  const npm = spawn('npm', ['run', script], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...surroundings, PORT: '0' },
  })
  let said = ''
  const heard = Promise.withResolvers<string>()
  for (const stream of [npm.stdout, npm.stderr])
    stream?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (words.test(said)) heard.resolve(said)
    })
  npm.on('exit', () => heard.reject(new Error(said)))
  return { npm, said: await heard.promise }
}

describe('TERM for npm alone, as a supervisor or `kill` sends it', () => {
  it.each([
    ['of the repository', root],
    ['of the console’s own package', `${root}examples/console`],
  ])('stops the console that `npm start` %s has started', async (_, cwd) => {
    const { npm, said } = await start('start', cwd, /Ctrl\+C/)
    const origin = /^Console +(\S+)\/console$/m.exec(said)?.[1] ?? ''
    expect((await fetch(`${origin}/console/sign-in`)).status).toBe(200)
    npm.kill('SIGTERM')
    await once(npm, 'close')
    await until(() => !runs(-(npm.pid ?? 0)))
    await expect(fetch(`${origin}/console/sign-in`)).rejects.toThrow('fetch failed')
  })

  for (const name of ['openldap', 'ad', '389ds'] as const)
    describeWithServer(sampleDirectories[name].needs, `npm run start:${name}`, () => {
      it.each([
        ['once the console listens', /Ctrl\+C/],
        ['while the directory starts', /^Starting /m],
      ])('stops the console and the throwaway directory, %s', async (_, words) => {
        const { npm, said } = await start(`start:${name}`, root, words)
        const server = Number(/process (\d+)/.exec(said)?.[1] ?? 0)
        if (server > 0) expect(runs(server)).toBe(true)
        npm.kill('SIGTERM')
        await once(npm, 'close')
        await until(() => !runs(-(npm.pid ?? 0)) && !(server > 0 && runs(-server)))
      })
    })
})
