import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { readSettings } from '../settings/settings.ts'
import { directoryProducts } from '../settings/users-source.ts'

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

it('the manual of the console names every variable', () => {
  const manual = readFileSync(new URL('../../../../docs/console.md', import.meta.url), 'utf8')
  const sources = ['settings/settings.ts', 'settings/read-directory.ts', 'words/administrator.ts']
    .map((name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'))
    .join('')
  const first = 'LDAP|AUDIT|OPERATOR|TLS|DATABASE|CONSOLE|USER|TRUST|ALLOW|TEMPORARY'
  const variable = new RegExp(String.raw`\b(?:${first})_[A-Z_]+\b|'(?:HOST|PORT)'`, 'g')
  const names = new Set(sources.match(variable)?.map((name) => name.replaceAll("'", '')))
  expect(names.size).toBeGreaterThan(20)
  for (const name of names) expect(manual, name).toContain(`\`${name}\``)
})
