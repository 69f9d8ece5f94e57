import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { openGuide } from './guide.fixture.ts'

const pages = ['directories.md', 'active-directory.md', 'openldap.md', '389-ds.md']
const here = new URL('.', import.meta.url)
const adapter = new URL('../../../../packages/adapter-ldap/src/', import.meta.url)

/** The sources of the adapter that say what went wrong. */
async function adapterSources(): Promise<string> {
  const names = await readdir(adapter, { recursive: true })
  const wanted = names.filter((name) =>
    /^(?:active-directory|directory|ds389|openldap|store)\/[\w-]+\.ts$/.test(name),
  )
  return (await Promise.all(wanted.map((name) => readFile(new URL(name, adapter), 'utf8')))).join(
    '\n',
  )
}

describe('the guides to directories', () => {
  it('show code that is compiled here, to the letter, and all of it', async () => {
    const guides = await Promise.all(pages.map((page) => openGuide(page)))
    const files = (await readdir(here)).filter((name) => !/\.(?:test|fixture)\.ts$/.test(name))
    const written = await Promise.all(files.map((name) => readFile(new URL(name, here), 'utf8')))
    expect(guides.flatMap((guide) => guide.blocks('ts')).toSorted()).toEqual(written.toSorted())
  })

  it('name every failure key and every option', async () => {
    const { text } = await openGuide('directories.md')
    const source = await adapterSources()
    const keys = new Set(
      [...source.matchAll(/(?:\bkey: |\b(?:denied|rejected)\(\s*)'(\w+)'/g)].map(
        ([, key = '']) => key,
      ),
    )
    expect(keys.size).toBeGreaterThan(40)
    const documented = [...text.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map(([, key = '']) => key)
    expect(documented.toSorted()).toEqual([...keys].toSorted())
    const options = await Promise.all(
      [
        'store/options.ts',
        'directory/person.ts',
        'openldap/open-ldap-options.ts',
        'ds389/ds389-options.ts',
        'active-directory/active-directory-options.ts',
      ].map((name) => readFile(new URL(name, adapter), 'utf8')),
    )
    const interfaces = options.flatMap((file) =>
      [...file.matchAll(/^export interface \w+Options\b[^{]*\{\n(.*?)^\}/gms)].map(
        ([, body = '']) => body,
      ),
    )
    const names = interfaces.flatMap((body) =>
      [...body.matchAll(/^ {2}(?:readonly )?(\w+)\??[:(]/gm)].map(([, name = '']) => name),
    )
    expect(names.length).toBeGreaterThan(20)
    for (const name of names) expect(text, name).toContain(`\`${name}\``)
  })

  it('name every survivor that a dialect knows', async () => {
    const { text } = await openGuide('directories.md')
    const source = await adapterSources()
    const survivors = [...source.matchAll(/survives: Object\.freeze\(\[([^\]]*)\]/g)].flatMap(
      ([, list = '']) => list.match(/\w+/g) ?? [],
    )
    expect(new Set(survivors).size).toBe(5)
    for (const word of survivors) expect(text).toContain(`\`survives: ${word}\``)
  })
})
