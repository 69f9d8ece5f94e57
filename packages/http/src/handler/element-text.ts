import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'esbuild'

let made: Promise<string> | undefined

const element = new URL('../element/', import.meta.url)

/**
 * The dialogs as one script. When the package is built, tsup.config.ts calls this function and puts
 * the result in place of this file. So no file has to be found and read where the package runs.
 * From source, esbuild makes the script once for the process, because strangers may ask for the
 * script. A failure is not kept.
 */
export function elementText(): Promise<string> {
  made ??= bundle().catch((error: unknown) => {
    made = undefined
    throw error
  })
  return made
}

async function bundle(): Promise<string> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('index.ts', element))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['@force-reset/source'],
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [shortStyles],
  })
  return outputFiles[0]?.text ?? ''
}

/**
 * Takes the spaces and line breaks out of the style sheet, which esbuild would keep: for esbuild
 * the sheet is any text. Fails the build when the sheet is not found.
 */
export const shortStyles: Plugin = {
  name: 'short styles',
  setup({ esbuild, onLoad, onEnd }) {
    const file = fileURLToPath(new URL('dialogs/styles.ts', element))
    // A template without `$` and without a backslash is its own value.
    const template = /(?<=^const css = )`([^`$\\]*)`$/m
    let isShort = false
    onLoad({ filter: /styles\.ts$/ }, async ({ path }) => {
      if (path !== file) return undefined
      const source = await readFile(path, 'utf8')
      const css = template.exec(source)?.[1] ?? ''
      const { code } = await esbuild.transform(css, { loader: 'css', minify: true })
      isShort = css !== '' && code.length < css.length
      return { contents: source.replace(template, () => JSON.stringify(code.trim())), loader: 'ts' }
    })
    onEnd(() => (isShort ? {} : { errors: [{ text: 'The style sheet was not shortened.' }] }))
  },
}
