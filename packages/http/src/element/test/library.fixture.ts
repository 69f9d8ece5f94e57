import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Other people's code as a script that a test runs in the page. The exports of `contents` are in
 * `globalThis.library` afterwards.
 */
export async function libraryScript(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'library',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'silent',
  })
  return `${outputFiles[0]?.text};globalThis.library = library`
}
