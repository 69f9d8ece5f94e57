import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { english, withEnglish } from '../words/english.ts'
import { explainTrouble } from '../words/explain-trouble.ts'
import type { Trouble, TroubleReason } from '../words/trouble.ts'

const root = join(import.meta.dirname, '../../../../..')

/** One reason of every kind that the element words. */
const reasons: readonly TroubleReason[] = [
  ...(['missing', 'not_a_string', 'too_long', 'malformed'] as const).map(
    (problem) => ({ reason: 'field', field: 'x', problem, limit: 9 }) as const,
  ),
  ...(['active', 'pending', 'suspended', 'deleted', 'unknown'] as const).map(
    (status) => ({ reason: 'status', status }) as const,
  ),
  { reason: 'rules', bits: 1, leastBits: 40 },
  { reason: 'audit_timeout', limitMs: 1_000 },
  { reason: 'stale_version' },
  { reason: 'foreign_version', keyLabel: 'b' },
  { reason: 'changed_during_write' },
  ...[...Object.keys(english.store), 'schema'].map((key) => ({ reason: 'store', key }) as const),
]

const troubles: readonly Trouble[] = [
  ...[...Object.keys(english.failures), 'teapot'].map((code) => ({ code })),
  ...reasons.flatMap((reason) => [
    { code: 'busy', reason },
    { code: 'not_eligible', reason },
  ]),
]

describe('the translation in docs/element.md', () => {
  let folder = ''
  let example = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(root, 'packages/http/translation-'))
    const text = await readFile(join(root, 'docs/element.md'), 'utf8')
    example = /```ts\n([\s\S]*?)```/.exec(text)?.[1] ?? ''
  })
  afterAll(() => rm(folder, { recursive: true }))

  const complaintsAbout = async (name: string, code: string): Promise<readonly string[]> => {
    const file = join(folder, name)
    await writeFile(file, code)
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
    const program = ts.createProgram([file], { ...options, skipLibCheck: true })
    return ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))
  }

  it('compiles, and words every refusal', { timeout: 120_000 }, async () => {
    expect(await complaintsAbout('complete.ts', example)).toEqual([])
    const { refusals } = await import(join(folder, 'complete.ts'))
    const german = withEnglish({ ...refusals, locale: 'de' })
    for (const trouble of troubles) {
      const said = explainTrouble(trouble, german, 'reset')
      expect(said).toMatch(/^\p{Lu}.*[.?]$/u)
      expect(said).not.toMatch(/\b(the|this|account|reset|changed)\b/i)
    }
  })

  it.each([
    ['a code', /^ {4}rate_limited: [\s\S]*?\}\),\n/m, 'rate_limited'],
    ['a status', /^ {4}suspended: .*\n/m, 'suspended'],
    ['a problem of a field', /^ {4}too_long: .*\n/m, 'too_long'],
    ['a reason', /^ {4}stale_version: .*\n/m, 'stale_version'],
    ['a key for operators', /^ {4}contention: .*\n/m, 'contention'],
  ])('does not compile without %s', { timeout: 120_000 }, async (_, line, name) => {
    expect(example).toMatch(line)
    const complaints = await complaintsAbout(`without-${name}.ts`, example.replace(line, ''))
    expect(complaints.join('\n')).toContain(`'${name}'`)
  })
})
