import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))

it('names only tests that exist in SECURITY.md', async () => {
  const text = await readFile(join(root, 'SECURITY.md'), 'utf8')
  const commands = [...text.matchAll(/`npx vitest run ([^`]+)`/g)].flatMap(([, paths = '']) => paths.split(' '))
  expect(commands.length).toBeGreaterThan(8)
  expect(commands.filter((path) => !existsSync(join(root, path)))).toEqual([])
})
