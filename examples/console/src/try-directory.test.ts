import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { sampleDirectories } from './demo/sample-directories.ts'
import { operatorClient } from './test/operator-client.fixture.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** What the greeting tells, for a reader who is a program. */
interface Greeting {
  readonly text: string
  readonly origin: string
  readonly operator: { readonly username: string; readonly password: string }
  readonly user: { readonly username: string; readonly password: string }
  readonly server: { readonly pid: number; readonly folder: string }
  readonly commands: readonly string[]
}

function read(text: string): Greeting {
  const one = (pattern: RegExp): string => {
    const found = pattern.exec(text)?.[1]
    if (found === undefined) throw new Error(`The greeting does not say ${pattern}: ${text}`)
    return found
  }
  return {
    text,
    origin: one(/^Console +(\S+)\/console$/m),
    operator: { username: one(/^ {2}Username +(\S+)$/m), password: one(/^ {2}Password +(\S+)$/m) },
    user: {
      username: one(/^ {2}Sample user +(\S+)$/m),
      password: one(/^ {2}Password +(\S+) {2}\(until/m),
    },
    server: { pid: Number(one(/process (\d+)/)), folder: one(/, in (\S+)$/m) },
    commands: [...text.matchAll(/^ {2}((?:LDAPTLS_CACERT|ldbsearch).*)$/gm)].map(
      ([, command = '']) => command,
    ),
  }
}

/** Types a printed command into a shell, and the password where it would ask for one. */
async function type(command: string, password: string): Promise<string> {
  const answered = command
    .replace(/ -W\b/, ` -w '${password}'`)
    .replace(/(-U 'ADTEST\\[^']+)'/, `$1%${password}'`)
  const child = spawn('bash', ['-c', answered], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  await new Promise((resolve) => child.on('close', resolve))
  return said
}

/** Whether any process of the group is there. */
function runs(group: number): boolean {
  try {
    return process.kill(-group, 0)
  } catch {
    return false
  }
}

/** Waits, for as long as it takes; the test's own time limit ends it. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

const expectations = {
  openldap: {
    signal: 'SIGTERM',
    good: /^dn:cn=Anna Abel/m,
    mustChange: /Password must be changed/,
    refused: /Invalid credentials \(49\)/,
  },
  ad: {
    signal: 'SIGINT',
    good: /^(cn: Anna Abel|# 1 entries)$/m,
    mustChange: /data 773/,
    refused: /data 52e/,
  },
  '389ds': {
    signal: 'SIGHUP',
    good: /^dn: cn=anna abel/im,
    mustChange: /Password must be changed/,
    refused: /Invalid credentials \(49\)/,
  },
} as const

for (const name of ['openldap', 'ad', '389ds'] as const)
  describeWithServer(sampleDirectories[name].needs, `npm run start:${name}`, () => {
    it('starts a directory and the console, and leaves nothing behind', async () => {
      const { signal, good, mustChange, refused } = expectations[name]
      const { OPERATOR_USERNAME: _, OPERATOR_PASSWORD: __, ...surroundings } = process.env
      // A group of its own, as a terminal gives to what is typed into it: Ctrl+C reaches all of it.
      const npm = spawn('npm', ['run', '--silent', `start:${name}`], {
        ...{ cwd: root, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
        env: { ...surroundings, PORT: '0' },
      })
      const ended = new Promise((resolve) => npm.on('close', resolve))
      try {
        const greeting = await new Promise<Greeting>((resolve, reject) => {
          let said = ''
          let complained = ''
          npm.stderr?.on('data', (chunk: Buffer) => {
            complained += chunk.toString()
          })
          npm.stdout?.on('data', (chunk: Buffer) => {
            said += chunk.toString()
            if (said.includes('Ctrl+C')) resolve(read(said))
          })
          npm.on('exit', () => reject(new Error(complained)))
        })
        const { user, server, commands } = greeting
        const [check = ''] = commands
        expect(await type(check, user.password)).toMatch(good)

        const client = await operatorClient(greeting)
        const { body } = await client.api(`/users?search=${user.username}`)
        const [{ id, version }] = Array.isArray(body['users']) ? body['users'] : [{}]
        const reset = await client.api(`/users/${id}/force-reset`, { version })
        const temporary = String(reset.body['temporaryPassword'])
        const ways = name === 'ad' ? commands : [check]
        expect(ways).toHaveLength(name === 'ad' ? 2 : 1)
        for (const way of ways) {
          expect(await type(way, user.password)).toMatch(refused)
          expect(await type(way, temporary)).toMatch(mustChange)
        }
        const choose = commands.find((command) => command.includes('ldappasswd'))
        if (choose !== undefined) {
          expect(
            await type(choose.replace(/ -S$/, " -s 'A choice of my own, 42'"), temporary),
          ).not.toMatch(/Result:|Invalid/)
          expect(await type(check, 'A choice of my own, 42')).toMatch(good)
        }

        const run = dirname(server.folder)
        expect(basename(run)).toMatch(/^force-reset-run-/)
        // The directory leads a group of its own, and so does whatever npm has started.
        const group = npm.pid ?? 0
        expect([server.pid, group].map(runs)).toEqual([true, true])
        process.kill(-group, signal)
        await ended
        await until(() => !runs(server.pid) && !runs(group) && !existsSync(run))
        expect([server.pid, group].map(runs)).toEqual([false, false])
        expect(existsSync(run)).toBe(false)
      } finally {
        npm.kill('SIGTERM')
        await ended
      }
    })

    it('has the script in the package, with the set-up before it', () => {
      const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
      expect(scripts[`prestart:${name}`]).toBe(scripts.prestart)
    })
  })
