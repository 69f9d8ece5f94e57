import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * Every file that is handed a temporary password in clear, and how often. A new place has to be
 * added here, where a reviewer sees it.
 */
const places: Readonly<Record<string, number>> = {
  // The class itself: `reveal()` is `revealBytes()` and a decoder.
  'packages/core/src/password/temporary-password.ts': 1,
  // Stores: the hash, and the request to a directory.
  'packages/adapter-sql/src/hashing/hash-within.ts': 1,
  'packages/adapter-ldap/src/store/send-steps.ts': 2,
  // The answer.
  'packages/http/src/wire/reset-body.ts': 1,
  // For tests of embedding applications.
  'packages/core/src/testing/memory-user-store.ts': 1,
  'packages/core/src/testing/conformance-subject.ts': 1,
  // Credentials that the console makes up and prints for a demonstration; they belong to sample
  // accounts.
  'examples/console/src/settings/operator-credentials.ts': 1,
  'examples/console/src/demo/sample-database.ts': 1,
}

/**
 * A call, or a function that is passed on without a call. `app.use` adds a middleware to a router.
 */
const call =
  /\.reveal(?:Bytes)?\b|(?<!\bapp)\.use\b|\{[^{}=]*\b(?:use|reveal|revealBytes)\b[^{}=]*\} = /g

/** How often a source file borrows or reveals, its comments left out. */
function callsIn(source: string): number {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').match(call)?.length ?? 0
}

async function sources(): Promise<readonly string[]> {
  const found: string[] = []
  for (const folder of ['packages', 'examples']) {
    const names = await readdir(join(root, folder), { recursive: true })
    found.push(
      ...names
        .filter(
          (name) =>
            /^[^/]+\/src\/.*\.ts$/.test(name) &&
            !/\.(test|fixture)\.ts$|^testing\/|\/(fixtures|guide)\//.test(name),
        )
        .map((name) => `${folder}/${name}`),
    )
  }
  return found
}

it('hands the temporary password to the listed places and to no other', async () => {
  const counted: Record<string, number> = {}
  for (const path of await sources()) {
    const calls = callsIn(await readFile(join(root, path), 'utf8'))
    if (calls > 0) counted[path] = calls
  }
  expect(counted).toEqual(places)
})

it('would see a new place', () => {
  expect(
    callsIn('log(result.temporaryPassword.reveal())\nawait password.use((bytes) => keep(bytes))'),
  ).toBe(2)
  expect(
    callsIn('const { use } = command.password\nlater(secret.use)\nit?.revealBytes(keep)'),
  ).toBe(3)
  expect(callsIn('// password.use(f)\n/** lease.use(f) */ app.use(f)')).toBe(0)
})
