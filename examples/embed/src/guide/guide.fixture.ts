import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { LdapUserStore } from '@force-reset/adapter-ldap'
import { type ForceResetResult, forceReset, operatorsAreNoUsers } from '@force-reset/core'

const root = fileURLToPath(new URL('../../../..', import.meta.url))

/** Texts of a guide and their replacements on a throwaway server, the longest text first. */
export type Replacements = Readonly<Record<string, string>>

/** A guide as its reader follows it. */
export interface Guide {
  readonly text: string
  /** The code blocks of a language, in the order of the page. */
  blocks(language: string): readonly string[]
  /** The block that begins with `# title`, for the throwaway server. */
  block(title: string): string
  /** The store that the page shows, on the throwaway server. */
  store(ca: string, password: string): Promise<LdapUserStore>
}

/** Opens a guide under `docs/`. */
export async function openGuide(name: string, replacements: Replacements = {}): Promise<Guide> {
  const text = await readFile(join(root, 'docs', name), 'utf8')
  const here = (code: string): string =>
    Object.entries(replacements)
      .toSorted(([a], [b]) => b.length - a.length)
      .reduce((replaced, [from, to]) => replaced.replaceAll(from, to), code)
  const all = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
    ([, language = '', code = '']) => ({ language, code }),
  )
  return {
    text,
    blocks: (language) =>
      all.filter((block) => block.language === language).map(({ code }) => code),
    block(title) {
      const found = all.filter(({ code }) => code.startsWith(`# ${title}\n`))
      if (found.length !== 1) throw new Error(`${name} has ${found.length} blocks "${title}".`)
      return here(found[0]?.code ?? '')
    },
    async store(ca, password) {
      const code =
        all.find((block) => block.language === 'ts' && block.code.includes('usersStore('))?.code ??
        ''
      const folder = await mkdtemp(join(root, 'examples/embed/guide-'))
      try {
        const file = join(folder, 'store.ts')
        await writeFile(file, here(code))
        const { usersStore } = await import(pathToFileURL(file).href)
        return usersStore(ca, async () => password)
      } finally {
        await rm(folder, { recursive: true })
      }
    },
  }
}

/** Runs commands as a reader types them into a shell, and returns their output. */
export async function typed(
  script: string,
  environment: Readonly<Record<string, string>> = {},
  input = '',
): Promise<string> {
  const child = spawn('bash', ['--norc', '-euo', 'pipefail', '-c', script], {
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C.UTF-8',
      HOME: '/nonexistent',
      LDAPCONF: '/dev/null',
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 240_000,
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
  if (status !== 0) throw new Error(`Status ${status}: ${said}`)
  return said
}

/** Resets a user, found by name, as the service account of the guide. */
export async function resetBy(store: LdapUserStore, username: string): Promise<ForceResetResult> {
  const { users } = await store.list({ search: username })
  const user = users.find((one) => one.username === username)
  if (user === undefined) throw new Error(`${username} is not found.`)
  return await forceReset(
    { store, authorize: () => true, isSelf: operatorsAreNoUsers, audit: () => undefined },
    { operator: { id: 'help desk' }, userId: user.id, version: user.version },
  )
}
