import { readdir, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { openGuide } from './guide.fixture.ts'

const pages = ['directories.md', 'active-directory.md', 'openldap.md', '389-ds.md']
const here = new URL('.', import.meta.url)
const adapter = new URL('../../../../packages/adapter-ldap/src/', import.meta.url)

/** The sources of the dialects. */
async function dialectSources(): Promise<string> {
  const names = ['active-directory', 'ds389', 'openldap'].map((name) => `${name}/dialect.ts`)
  const sources = names.map((name) => readFile(new URL(name, adapter), 'utf8'))
  return (await Promise.all(sources)).join('\n')
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
    const union = await readFile(new URL('explain/failure-key.ts', adapter), 'utf8')
    const keys = new Set([...union.matchAll(/^ {2}\| '(\w+)'$/gm)].map(([, key = '']) => key))
    expect(keys.size).toBeGreaterThan(40)
    const documented = [...text.matchAll(/^\| `(\w+)` \| `(\w+)` \|/gm)].map(([, key = '']) => key)
    expect(documented.toSorted()).toEqual([...keys].toSorted())
    const options = await Promise.all(
      [
        'store/options.ts',
        'dialect/person.ts',
        'openldap/options.ts',
        'ds389/options.ts',
        'active-directory/options.ts',
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
    const source = await dialectSources()
    const survivors = [...source.matchAll(/survives: Object\.freeze\(\[([^\]]*)\]/g)].flatMap(
      ([, list = '']) => list.match(/\w+/g) ?? [],
    )
    expect(new Set(survivors).size).toBe(8)
    for (const word of survivors) expect(text).toContain(`\`survives: ${word}\``)
  })
})
