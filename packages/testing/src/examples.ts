import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Which examples are compiled. */
export interface ExampleSearch {
  /** Absolute paths of the files that a package exports. */
  readonly entryPoints: readonly string[]
  /**
   * Declarations that the examples may use without explaining them, such as
   * `declare const config: ForceResetConfig<Operator>`. Everything that the entry points export is
   * imported already.
   */
  readonly prelude?: string | undefined
}

/** One exported name. */
interface Exported {
  readonly name: string
  readonly entryPoint: string
  readonly isType: boolean
  readonly isFunction: boolean
  readonly examples: readonly string[]
}

/**
 * Compiles the `@example` of every exported function.
 *
 * Answers what is wrong: a function without an example, and an example that does not compile. An
 * example is the body of an asynchronous function that may return anything.
 *
 * @example
 * const faults = faultsInExamples({ entryPoints: [join(import.meta.dirname, '../index.ts')] })
 */
export function faultsInExamples({ entryPoints, prelude = '' }: ExampleSearch): readonly string[] {
  const exported = exportsOf(entryPoints)
  const functions = exported.filter(({ isFunction }) => isFunction)
  const silent = functions.filter(({ examples }) => examples.length === 0)
  const written = functions.flatMap((one) =>
    one.examples.map((example, at) => {
      const file = join(dirname(one.entryPoint), `example-${at + 1}-of-${one.name}.ts`)
      return { file, text: moduleOf(example, exported, prelude) }
    }),
  )
  return [
    ...silent.map(({ name }) => `${name} has no example`),
    ...complaintsAbout(new Map(written.map(({ file, text }) => [file, text]))),
  ]
}

function exportsOf(entryPoints: readonly string[]): readonly Exported[] {
  const program = ts.createProgram([...entryPoints], compilerOptions())
  const checker = program.getTypeChecker()
  const all = entryPoints.flatMap((entryPoint) => {
    const source = program.getSourceFile(entryPoint)
    const module = source && checker.getSymbolAtLocation(source)
    if (module === undefined) throw new Error(`${entryPoint} exports nothing.`)
    return checker
      .getExportsOfModule(module)
      .map((symbol) => exportedOf(checker, symbol, entryPoint))
  })
  return [...new Map(all.map((one) => [one.name, one])).values()]
}

function exportedOf(checker: ts.TypeChecker, symbol: ts.Symbol, entryPoint: string): Exported {
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0
  const target = isAlias ? checker.getAliasedSymbol(symbol) : symbol
  const isType = (target.flags & ts.SymbolFlags.Value) === 0
  return {
    name: symbol.name,
    entryPoint,
    isType,
    isFunction: !isType && checker.getTypeOfSymbol(target).getCallSignatures().length > 0,
    examples: (target.declarations ?? [])
      .flatMap((declaration) => ts.getJSDocTags(declaration))
      .filter(({ tagName }) => tagName.text === 'example')
      .map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? ''),
  }
}

/** A module of one example. Imports of the example itself move to the top. */
function moduleOf(example: string, exported: readonly Exported[], prelude: string): string {
  const lines = example.replaceAll(/^```.*$/gm, '').split('\n')
  const isImport = (line: string): boolean => /^import\b/.test(line)
  const own = lines.filter(isImport)
  const imports = exported
    .filter(({ name }) => !own.some((line) => line.includes(name)))
    .map(
      ({ name, entryPoint, isType }) =>
        `import { ${isType ? 'type ' : ''}${name} } from '${entryPoint}'`,
    )
  return [
    ...imports,
    ...own,
    prelude,
    'export async function example(): Promise<unknown> {',
    ...lines.filter((line) => !isImport(line)),
    'return undefined',
    '}',
  ].join('\n')
}

/** What the compiler says of these modules, which need not be on the disk. */
function complaintsAbout(modules: ReadonlyMap<string, string>): readonly string[] {
  const options = compilerOptions()
  const host = ts.createCompilerHost(options)
  const onDisk = { fileExists: host.fileExists, readFile: host.readFile }
  host.fileExists = (path) => modules.has(path) || onDisk.fileExists(path)
  host.readFile = (path) => modules.get(path) ?? onDisk.readFile(path)
  const sourceFile = host.getSourceFile
  host.getSourceFile = (path, language, ...rest) => {
    const text = modules.get(path)
    return text === undefined
      ? sourceFile(path, language, ...rest)
      : ts.createSourceFile(path, text, language)
  }
  const program = ts.createProgram([...modules.keys()], options, host)
  return [...modules.keys()].flatMap((path) => {
    const source = program.getSourceFile(path)
    return ts
      .getPreEmitDiagnostics(program, source)
      .map(
        ({ messageText }) =>
          `${basename(path, '.ts')}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
      )
  })
}

/** Those of the repository. An example may leave names unused. */
function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) =>
    readFileSync(path, 'utf8'),
  )
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  return {
    ...options,
    skipLibCheck: true,
    noUnusedLocals: false,
    noUnusedParameters: false,
    allowUnreachableCode: true,
  }
}
