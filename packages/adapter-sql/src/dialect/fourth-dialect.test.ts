import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const source = join(import.meta.dirname, '..')
const root = join(source, '../../..')

/** The entry points. Every file that asks a dialect for something is reached from them. */
const entryPoints = ['index.ts', 'node-sqlite.ts']

/** What the compiler says, by the name of the file, with files that are on no disk. */
function complaintsWith(
  files: ReadonlyMap<string, string>,
): Readonly<Record<string, readonly string[] | undefined>> {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile, getSourceFile } = host
  host.fileExists = (name) => files.has(name) || fileExists(name)
  host.readFile = (name) => files.get(name) ?? readFile(name)
  host.getSourceFile = (name, target, ...rest) => {
    const text = files.get(name)
    return text === undefined
      ? getSourceFile(name, target, ...rest)
      : ts.createSourceFile(name, text, target)
  }
  const entries = entryPoints.map((name) => join(source, name))
  const program = ts.createProgram(
    [...files.keys(), ...entries],
    { ...options, skipLibCheck: true },
    host,
  )
  const complaints = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => ({
    file: basename(file?.fileName ?? ''),
    message: ts.flattenDiagnosticMessageText(messageText, '\n'),
  }))
  return Object.fromEntries(
    [...Map.groupBy(complaints, ({ file }) => file)].map(([file, own]) => [
      file,
      own.map(({ message }) => message),
    ]),
  )
}

const head = `import type { SqlDialect } from './sql-dialect.ts'
import { sqlite } from './sqlite.ts'
`

describe('a database that the package does not know yet', { timeout: 120_000 }, () => {
  it('is one file, which compiles only when complete, and changes no other', () => {
    const dialects = {
      'empty.ts': `export const empty: SqlDialect = { name: 'empty' }\n`,
      'partial.ts': `export const partial: SqlDialect = { ...sqlite, ddl: {}, fits: {} }\n`,
      'unsaid.ts': `const { quota, ...failures } = sqlite.failures
export const unsaid: SqlDialect = { ...sqlite, failures }
export const said = quota\n`,
      'complete.ts': `export const complete: SqlDialect = { ...sqlite, name: 'fourth' }\n`,
    }
    const names = Object.keys(dialects).map((file) => file.replace('.ts', ''))
    const list = join(import.meta.dirname, 'dialect-of.ts')
    const registered = readFileSync(list, 'utf8').replace(
      /(dialects: readonly SqlDialect\[\] = \[[^\]]*)\]/,
      `$1, ${names.join(', ')}]`,
    )
    expect(registered).toContain('complete]')
    const files = new Map([
      ...Object.entries(dialects).map(
        ([file, text]) => [join(import.meta.dirname, file), `${head}${text}`] as const,
      ),
      [list, names.map((name) => `import { ${name} } from './${name}.ts'\n`).join('') + registered],
    ])
    const complaints = complaintsWith(files)
    expect(Object.keys(complaints).toSorted()).toEqual(['empty.ts', 'partial.ts', 'unsaid.ts'])
    expect(complaints['empty.ts']?.join('\n')).toMatch(/missing the following properties.*adapter/)
    const partial = complaints['partial.ts']?.join('\n')
    expect(partial).toContain("from type 'DdlDialect'")
    expect(partial).toContain("from type 'ColumnFits'")
    expect(complaints['unsaid.ts']?.join('\n')).toContain("'quota' is missing")
  })
})
