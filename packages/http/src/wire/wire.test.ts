import { readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { openApiDocument } from './openapi-document.ts'

const documentation = await readFile(new URL('../../../../docs/http.md', import.meta.url), 'utf8')
const { schemas } = JSON.parse(JSON.stringify(openApiDocument())).components

/** The names in the first column of the table with this heading. */
function documented(text: string, heading: string): readonly string[] {
  const table = text.split(`\n| ${heading} |`)[1]?.split('\n\n')[0] ?? ''
  return table.split('\n').flatMap((row) => {
    const [, first = ''] = row.split('|')
    return [...first.matchAll(/`(\w+)\??`/g)].map(([, name = '']) => name)
  })
}

describe('docs/http.md', () => {
  const receipt = schemas.Reset.properties.receipt
  it.each<[string, readonly string[]]>([
    ['field of `user`', Object.keys(schemas.User.properties)],
    ['field of `receipt`', Object.keys(receipt.properties)],
    ['in `survives`', receipt.properties.survives.items.enum],
  ])('lists everything that the wire has as %s, and nothing else', (heading, names) => {
    expect(names.length).toBeGreaterThan(5)
    expect(documented(documentation, heading).toSorted()).toEqual(names.toSorted())
  })

  it('is read by a test that finds what is missing in it', () => {
    const without = documentation.replace(/^\| `caches`.*\n/m, '')
    expect(documented(without, 'in `survives`')).not.toContain('caches')
    expect(documented(documentation, 'in `survives`')).toContain('caches')
  })
})
