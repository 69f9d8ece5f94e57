import { fileURLToPath } from 'node:url'

/**
 * The dialogs as one script. tsup.config.ts calls this when the package is built, and puts the
 * result in place of this file, so that no file has to be found and read where the package runs.
 * From source, esbuild makes the script on the first request.
 */
export async function elementText(): Promise<string> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../element/index.ts', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['@force-reset/source'],
    legalComments: 'none',
    logLevel: 'silent',
  })
  return outputFiles[0]?.text ?? ''
}
