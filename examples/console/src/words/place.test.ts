import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const source = join(import.meta.dirname, '..')

/** Rooms whose words are data, questions to a database, or the words themselves. */
const rooms = /^(words|browser|test|accounts|audit|names|storage|settings)\//
const files = /sample-accounts|\.test\.|\.fixture\./

/** Two words in a row that begin with a capital letter, outside of the marks of HTML. */
const sentence = /(?:^|[^\p{L}./-])\p{Lu}\p{Ll}+ \p{Ll}{2,}/u

/** The texts of a file that look like words for a reader. */
function wordsIn(text: string): readonly string[] {
  const file = ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true)
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    const said = ts.isStringLiteralLike(node)
      ? node.text
      : ts.isTemplateExpression(node)
        ? [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join('{}')
        : ''
    const shown = said.replaceAll(/<[^>]*>/g, ' ')
    if (sentence.test(shown)) found.push(shown.trim())
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

describe('the words of the console', () => {
  it('stand in one folder, and nowhere between the marks of a page', async () => {
    const pages = (await readdir(source, { recursive: true })).filter(
      (name) => /\.(ts|js)$/.test(name) && !rooms.test(name) && !files.test(name),
    )
    expect(pages.length).toBeGreaterThan(40)
    const found = await Promise.all(
      pages.map(async (name) => ({
        name,
        words: wordsIn(await readFile(join(source, name), 'utf8')),
      })),
    )
    expect(found.filter(({ words }) => words.length > 0)).toEqual([])
  })

  it('are found between the marks of a page', () => {
    expect(wordsIn('html`<p class="empty">Nobody was {} found</p>`')).toHaveLength(1)
    expect(wordsIn("const title = 'No such page'")).toEqual(['No such page'])
    expect(wordsIn('html`<p class="{} notice">{}</p>`')).toEqual([])
  })
})
