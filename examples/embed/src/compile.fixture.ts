import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** The settings that the repository compiles with. */
export function compilerOptions(): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  return ts.parseJsonConfigFileContent(config, ts.sys, root).options
}

/**
 * Compiles files together with files that exist only in memory. Both see the packages as an
 * application does.
 *
 * @param virtual - Text by path. A path may lie anywhere below `examples/embed`.
 */
export function programOf(
  files: readonly string[],
  virtual: Readonly<Record<string, string>> = {},
  settings: ts.CompilerOptions = {},
): ts.Program {
  const options = { ...compilerOptions(), ...settings }
  const host = ts.createCompilerHost(options, true)
  const { fileExists, readFile, getSourceFile } = host
  const folders = new Set(Object.keys(virtual).map(dirname))
  return ts.createProgram({
    rootNames: [...files, ...Object.keys(virtual)],
    options,
    host: {
      ...host,
      directoryExists: (path) => folders.has(path) || ts.sys.directoryExists(path),
      fileExists: (path) => virtual[path] !== undefined || fileExists(path),
      readFile: (path) => virtual[path] ?? readFile(path),
      getSourceFile: (path, ...how) => {
        const text = virtual[path]
        return text === undefined
          ? getSourceFile(path, ...how)
          : ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
      },
    },
  })
}

/** What the compiler says about one file, each complaint as a line. */
export function complaintsAbout(program: ts.Program, path: string): readonly string[] {
  const file = program.getSourceFile(path)
  if (file === undefined) throw new Error('The program has no such file.')
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'),
  )
}
