import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

it.each([
  ['SECURITY.md', 15],
  ['README.md', 2],
  ['docs/leaks.md', 1],
])('names only tests that exist in %s', async (name, least) => {
  const text = await readFile(join(root, name), 'utf8')
  // A command may be broken between two lines.
  const commands = [...text.matchAll(/`npm\s+test\s+--\s+([^`]+)`/g)]
  expect(commands.length).toBeGreaterThanOrEqual(least)
  expect(
    commands
      .flatMap(([, paths = '']) => paths.split(/\s+/))
      .filter((path) => !existsSync(join(root, path))),
  ).toEqual([])
})
