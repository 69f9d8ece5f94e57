import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'esbuild'

const element = new URL('../element/', import.meta.url)

/**
 * One script for browsers, made from source once for the process, because strangers may ask for the
 * script. A failure is not kept.
 *
 * @param entry - The file that the script begins with, in the folder of the element.
 */
export function bundledScript(entry: string): () => Promise<string> {
  let made: Promise<string> | undefined
  return () => {
    made ??= bundle(entry).catch((error: unknown) => {
      made = undefined
      throw error
    })
    return made
  }
}

async function bundle(entry: string): Promise<string> {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, element))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    conditions: ['@force-reset/source'],
    legalComments: 'none',
    logLevel: 'silent',
    plugins: [shortStyles, besideEachOther],
  })
  return outputFiles[0]?.text ?? ''
}

/** The names under which the handler serves what a script imports when it is needed. */
const servedAs: Readonly<Record<string, string>> = {
  'verification-step.ts': './element-verification.js',
}

/** Leaves a script that is imported when it is needed to the browser, beside the first script. */
const besideEachOther: Plugin = {
  name: 'beside each other',
  setup({ onResolve }) {
    onResolve({ filter: /^\./ }, ({ kind, path }) => {
      const served = kind === 'dynamic-import' ? servedAs[basename(path)] : undefined
      return served === undefined ? undefined : { path: served, external: true }
    })
  },
}

/**
 * Takes the spaces and line breaks out of the style sheets, which esbuild would keep: for esbuild
 * a sheet is any text. Fails the build when no sheet is found.
 */
export const shortStyles: Plugin = {
  name: 'short styles',
  setup({ esbuild, onLoad, onEnd }) {
    const folder = fileURLToPath(element)
    // A template without `$` and without a backslash is its own value.
    const template = /(?<=^const css = )`([^`$\\]*)`$/m
    let isShort: boolean | undefined
    onLoad({ filter: /styles\.ts$/ }, async ({ path }) => {
      if (!path.startsWith(folder)) return undefined
      const source = await readFile(path, 'utf8')
      const css = template.exec(source)?.[1] ?? ''
      const { code } = await esbuild.transform(css, { loader: 'css', minify: true })
      isShort = isShort !== false && css !== '' && code.length < css.length
      return { contents: source.replace(template, () => JSON.stringify(code.trim())), loader: 'ts' }
    })
    onEnd(() => (isShort ? {} : { errors: [{ text: 'The style sheets were not shortened.' }] }))
  },
}
