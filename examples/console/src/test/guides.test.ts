import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readSettings } from '../settings/settings.ts'
import { directoryProducts } from '../settings/users-source.ts'
import { variables } from '../settings/variables.ts'

/** The settings that a guide shows, as a shell would hand them over. */
function settingsIn(guide: string): Record<string, string> {
  const text = readFileSync(new URL(`../../../../docs/${guide}.md`, import.meta.url), 'utf8')
  const block = /^```sh\n# the console\n(.*? npm start)\n```$/ms.exec(text)?.[1] ?? ''
  return Object.fromEntries(
    [...block.matchAll(/([A-Z_]+)=(?:'([^']*)'|(\S+))/g)].map(
      ([, name = '', quoted, bare = '']) => [name, quoted ?? bare],
    ),
  )
}

it.each(directoryProducts)('the guide for %s shows settings that the console takes', (product) => {
  const environment = settingsIn(product)
  expect(Object.keys(environment).length).toBeGreaterThan(8)
  const read = readSettings({ ...environment, OPERATOR_PASSWORD: 'a long enough password' })
  expect(read).toMatchObject({
    ok: true,
    warnings: [],
    settings: { users: { in: 'directory', directory: { product } } },
  })
  expect(
    read.ok && read.settings.users.in === 'directory' && read.settings.users.directory.urls,
  ).toHaveLength(2)
})

it('the manual of the console names every variable in its tables', () => {
  const manual = readFileSync(new URL('../../../../docs/console.md', import.meta.url), 'utf8')
  const rows = manual.split('\n').filter((line) => line.startsWith('| `'))
  expect(variables.length).toBeGreaterThan(40)
  for (const name of variables)
    expect(
      rows.some((row) => row.split('|')[1]?.includes(`\`${name}\``)),
      name,
    ).toBe(true)
})
