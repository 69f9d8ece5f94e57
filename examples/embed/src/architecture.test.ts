import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const packages = ['core', 'adapter-sql', 'adapter-ldap', 'http', 'testing']

/** Whether the path stands in the repository: from the root, or from the folder of the packages. */
function stands(path: string): boolean {
  return [path, join('packages', path)].some((one) => existsSync(join(root, one)))
}

it('names files and rooms that are there, on the map of the code', async () => {
  const map = await readFile(join(root, 'docs/architecture.md'), 'utf8')
  const inCode = [...map.matchAll(/`([a-z@.][\w@./-]*\/[\w./-]*)`/g)].map(([, path = '']) => path)
  const paths = inCode.filter((path) => /^(packages|examples|docs|\.ci)\//.test(path))
  const short = inCode.filter((path) => packages.includes(path.split('/')[0] ?? ''))
  expect(paths.length + short.length).toBeGreaterThan(20)
  expect([...paths, ...short].filter((path) => !stands(path))).toEqual([])
  expect(stands('packages/core/src/no-such-file.ts')).toBe(false)
})
