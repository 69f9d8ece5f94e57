import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../../../../..')

it('compiles and runs the recipe of docs/leaks.md', async () => {
  const text = await readFile(join(root, 'docs/leaks.md'), 'utf8')
  const recipe = text.match(/```ts\n([\s\S]*?)```/)?.[1] ?? ''
  expect(recipe).toContain('expectNoLeak')
  const folder = await mkdtemp(join(root, 'packages/core/recipe-'))
  try {
    const file = join(folder, 'recipe.ts')
    await writeFile(file, recipe)
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
    const program = ts.createProgram([file], { ...options, skipLibCheck: true })
    const complaints = ts
      .getPreEmitDiagnostics(program)
      .map((one) => ts.flattenDiagnosticMessageText(one.messageText, '\n'))
    expect(complaints).toEqual([])
    await import(file)
  } finally {
    await rm(folder, { recursive: true })
  }
})
