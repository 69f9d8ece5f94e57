import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const sources = new URL('../', import.meta.url)

/** The sources of this package, without tests. */
const texts = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$|^fixtures\//.test(name))
  .map((name) => readFileSync(new URL(name, sources), 'utf8'))

function found(text: string, pattern: RegExp): readonly string[] {
  return [...new Set([...text.matchAll(pattern)].map(([, key = '']) => key))].sort()
}

const union = found(
  readFileSync(new URL('failure-key.ts', import.meta.url), 'utf8'),
  /^ {2}\| '(\w+)'$/gm,
)

it('The union of keys holds each key that a source uses, and no other key', () => {
  expect(union.length).toBeGreaterThan(40)
  expect(found(texts.join('\n'), /\bkey: '(\w+)'/g)).toEqual(union)
})

it('No source says what became of the account, which core says', () => {
  expect(texts.filter((text) => text.includes('Nothing was changed.'))).toEqual([])
})
